package dev.gatekeeper.trust;

import dev.gatekeeper.files.Home;
import dev.gatekeeper.trust.auditor.Auditor;
import dev.gatekeeper.trust.auditor.AuditorText;
import dev.gatekeeper.trust.auditor.OwnKeys;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.Presence;
import dev.gatekeeper.vault.text.VaultException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Those to whom the log's MAC keys are sealed besides the vault: under the signature of the trust
 * store, so that nobody becomes one, or is one no longer, without a person's passphrase.
 */
public final class Auditors {
  private final TrustFolder folder;
  private final AtomicReference<@Nullable String> began = new AtomicReference<>();

  /** As kept in {@code home}. */
  public Auditors(Home home) {
    this(new TrustFolder(home));
  }

  Auditors(TrustFolder folder) {
    this.folder = folder;
  }

  /**
   * To whom the log of the home seals its MAC keys, by label. Public halves alone, so that a locked
   * vault makes no difference; never fails: the log must not depend on the health of vault and
   * trust store. Where the store cannot be believed no list is in force either.
   *
   * <p>The first vault that this object is asked about counts, if no pin contradicts it: of another
   * one in its place nobody is a recipient, nor of that one's auditors.
   */
  public Map<String, byte[]> recipients() {
    Map<String, byte[]> recipients = new TreeMap<>();
    try {
      Optional<Header> header = folder.header();
      if (header.isEmpty() || !isTheFirst(header.get())) {
        return recipients;
      }
      recipients.put(Auditor.VAULT, header.get().auditPublicKey());
      // A session waits for its log: nobody's signature is checked where there are no auditors.
      if (folder.mentions(AuditorText.start())) {
        folder.store(header).auditors().forEach(one -> recipients.put(one.name(), one.publicKey()));
      }
    } catch (VaultException | TrustException e) {
      // Whoever is missing cannot check the MACs of this epoch, and is told so.
    }
    return recipients;
  }

  private boolean isTheFirst(Header header) {
    String key = HexFormat.of().formatHex(header.auditPublicKey());
    String vault = header.id() + " " + header.trustPublicKey() + " " + key;
    return vault.equals(began.updateAndGet(first -> first == null ? vault : first));
  }

  /** All of them, in the order in which they were added. */
  public List<Auditor> all() throws TrustException, VaultException {
    return folder.read().auditors();
  }

  /**
   * Why what the store held cannot be believed, though it held something: a clause. The next change
   * begins it anew, without what it held.
   */
  public Optional<String> obstacle() throws VaultException {
    return folder.obstacle();
  }

  /** Asked before something is said of it; {@link #add} asks again. */
  public void check(Auditor auditor, OwnKeys own) throws TrustException, VaultException {
    check(auditor, folder.believed().auditors(), own);
  }

  /** Throws where somebody cannot be added. */
  private static void check(Auditor auditor, List<Auditor> all, OwnKeys own) throws TrustException {
    for (Auditor one : all) {
      if (one.name().equals(auditor.name()) || one.sealKey().equals(auditor.sealKey())) {
        throw new TrustException("the auditor " + one.name() + " has that name, or that key");
      }
    }
    if (all.size() >= AuditorText.MOST) {
      throw new TrustException("there are " + all.size() + " auditors, and no more are possible");
    }
    if (own.holdsHalfOf(auditor)) {
      throw new TrustException("that is your own key: the vault's passphrase opens the MAC keys");
    }
    if (!auditor.opens()) {
      throw new TrustException("nothing can be sealed to that key");
    }
  }

  /**
   * Adds one, from the next epoch on.
   *
   * @param proof of a person's presence; the vault that it opened signs
   * @param own of that person
   * @throws TrustException where there are enough, the name or the key is there already, nothing
   *     can be sealed to the key, a half of it is the person's own, or the store cannot be written
   */
  public Change add(Auditor auditor, Presence proof, OwnKeys own)
      throws TrustException, VaultException {
    return change(
        proof.vault(),
        all -> {
          check(auditor, all, own);
          all.add(auditor);
        });
  }

  /** Removes one, from the next epoch on: what was sealed to them stays theirs. */
  public Change remove(String name, Presence proof) throws TrustException, VaultException {
    return change(
        proof.vault(),
        all -> {
          if (!all.removeIf(one -> one.name().equals(name))) {
            throw new TrustException("there is no auditor of that name");
          }
        });
  }

  private interface Edit {
    void apply(List<Auditor> all) throws TrustException, VaultException;
  }

  private Change change(OpenVault vault, Edit edit) throws TrustException, VaultException {
    return folder.replace(
        vault,
        List.of(),
        store -> {
          List<Auditor> all = new ArrayList<>(store.auditors());
          edit.apply(all);
          return store.auditedBy(all);
        });
  }
}
