package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.reference.Scheme;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.holder.HolderClient;
import dev.gatekeeper.holder.HolderException;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.keyring.Keyring;
import dev.gatekeeper.keyring.KeyringException;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.source.Source;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.team.TeamValues;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.SlotKeyFile;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a session gets at the person's vault: what gives {@code secret:} for one launch, and by the
 * identity in it {@code team:}. Asked in this order: the key holder, for this launch alone; the
 * keyring's slot; the key of a recipient's slot in a file; the passphrase that a file or descriptor
 * holds. None of them asks a person, and none makes a proof of presence.
 *
 * <p>What keyring or passphrase opened is held until {@link #close}, or until the vault is closed:
 * Argon2id runs once a session. While nothing opens it each launch tries anew, so that a running
 * session goes on as soon as something does.
 */
final class Opening implements AutoCloseable {
  /** Between two tries of what takes long: an Argon2id, a keyring that hangs. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** The id of no vault: a keyring that is locked asks nobody for it. */
  private static final String NOBODY = "none";

  private final Home home;
  private final VaultFile file;
  private final PassphraseSource passphrases;
  private final LongSupplier nanoTime;

  /** Why a holder that is there gives nothing of what was asked for last. */
  private Optional<String> withheld = Optional.empty();

  private @Nullable OpenSecrets open;
  private String opened = "vault";
  private @Nullable String trustKey;
  private @Nullable Refused keyringRefused;
  private @Nullable Refused passphraseRefused;

  /** What is not tried again for a while. */
  private record Refused(long at, String why, Optional<String> hint) {}

  Opening(Home home, PassphraseSource passphrases, LongSupplier nanoTime) {
    this.home = home;
    this.file = VaultFile.in(home);
    this.passphrases = passphrases;
    this.nanoTime = nanoTime;
  }

  /**
   * What gives the secrets of one launch.
   *
   * @param scheme of the person's vault, or of the team's
   * @param entry as the list names it
   * @param names of the secrets that it needs, at least one
   */
  synchronized Source source(Scheme scheme, String entry, List<String> names, LaunchContext context)
      throws BrokerException {
    boolean team = scheme == Scheme.TEAM;
    String first = (team ? "team:" : "secret:") + names.getFirst() + " is needed";
    try {
      if (isStillOpen()) {
        return opened(team, names, context);
      }
      if (!file.exists()) {
        throw new BrokerException(first + ", and there is no vault yet.", "gatekeeper vault init");
      }
      Header header = pinned();
      Optional<Source> held = held(header, entry, team, names, context, first);
      if (held.isPresent()) {
        return held.get();
      }
      Optional<String> before = byKeyring(header, context);
      Optional<String> obstacle = before;
      if (open == null) {
        obstacle = byKeyFile(context).or(() -> before);
      }
      if (open == null) {
        byPassphrase(first, obstacle, context);
      }
      return opened(team, names, context);
    } catch (VaultException e) {
      throw new BrokerException(first + ": " + e.getMessage() + ".", e.hint());
    }
  }

  /**
   * Runs once what opening will run, on nothing: no key is asked for, and none is held by it. Where
   * a holder answers, the session itself opens nothing.
   */
  synchronized void warm(LaunchContext context) {
    try {
      if (!file.exists()) {
        return;
      }
      Header header = pinned();
      if (HolderClient.find(home, header).filter(HolderClient::isThere).isPresent()) {
        return;
      }
      VaultFile.warm();
      if (hasKeyringSlot(header)) {
        Optional<byte[]> _ = Keyring.of(context.environment()).find(NOBODY);
      }
    } catch (VaultException | KeyringException e) {
      // Whoever needs a secret is told.
    }
  }

  private static boolean hasKeyringSlot(Header header) {
    return header.slotInfos().stream().anyMatch(slot -> slot.kind().equals("keyring"));
  }

  private Source opened(boolean team, List<String> names, LaunchContext context)
      throws VaultException {
    return team ? team(held(), names, context) : new VaultSource(opened, held());
  }

  /** What gives {@code team:} by the identity in an open vault. */
  Source team(OpenSecrets vault, List<String> names, LaunchContext context) throws VaultException {
    return new TeamSource(new TeamValues(home, TeamPlace.of(context.project()), vault), names);
  }

  private boolean isStillOpen() {
    if (open == null) {
      return false;
    }
    try {
      open.header(); // reads the file again where it has changed
      return true;
    } catch (VaultException e) {
      close(); // it has another key, or was replaced: it is opened anew
      return false;
    }
  }

  private OpenSecrets held() {
    OpenSecrets now = open;
    if (now == null) {
      throw new AssertionError("nothing has opened the vault");
    }
    return now;
  }

  /** The header, of the vault that this session saw first. */
  private Header pinned() throws VaultException {
    Header header = file.header();
    if (trustKey == null) {
      trustKey = header.trustPublicKey();
    }
    if (!header.trustPublicKey().equals(trustKey)) {
      throw new VaultException(
          "another vault was put in the place of the one that this session knows",
          "restore it, or restart the session if the change is yours");
    }
    return header;
  }

  private Optional<Source> held(
      Header header,
      String entry,
      boolean team,
      List<String> names,
      LaunchContext context,
      String first)
      throws BrokerException {
    withheld = Optional.empty();
    Optional<HolderClient> holder = HolderClient.find(home, header);
    if (holder.isEmpty()) {
      return Optional.empty();
    }
    String project = context.project().toString();
    String prefix = team ? HolderClient.TEAM : "";
    try {
      List<String> asked = names.stream().map(name -> prefix + name).toList();
      long generation = holder.get().require(project, entry, asked);
      return Optional.of(new HolderSource(holder.get(), project, entry, prefix, generation));
    } catch (HolderException e) {
      return switch (e.no()) {
        case UNREACHABLE -> Optional.empty();
        case REFUSED -> {
          withheld = Optional.of("the key holder says that " + e.getMessage());
          yield Optional.empty();
        }
        case FAULT -> throw new BrokerException(first + ": " + e.getMessage() + ".", e.hint());
      };
    }
  }

  /** Opens it, or says what stood in the way; neither where the vault has no such slot. */
  private Optional<String> byKeyring(Header header, LaunchContext context) {
    if (!hasKeyringSlot(header)) {
      return Optional.empty();
    }
    if (keyringRefused != null && isRecent(keyringRefused)) {
      return Optional.of(keyringRefused.why);
    }
    String why;
    try {
      Optional<byte[]> key = Keyring.of(context.environment()).find(header.id());
      if (key.isPresent()) {
        open = openedBy(key.get());
        opened = "keyring";
        return Optional.empty();
      }
      why = "the keyring has no key for it, or is locked";
    } catch (KeyringException | VaultException e) {
      why = String.valueOf(e.getMessage());
    }
    keyringRefused = new Refused(nanoTime.getAsLong(), why, Optional.empty());
    return Optional.of(why);
  }

  /** Opens it by the private half of a recipient's slot, or says what stood in the way. */
  private Optional<String> byKeyFile(LaunchContext context) {
    String name = context.environment().getOrDefault(SlotKeyFile.VARIABLE, "");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Kernel.harden(); // before the key is in memory
    try {
      open = SlotKeyFile.open(file, Path.of(name)).orElse(null);
      opened = "recipient";
      return open == null ? Optional.of(name + " is not there") : Optional.empty();
    } catch (VaultException | InvalidPathException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private OpenSecrets openedBy(byte[] key) throws VaultException {
    try {
      return file.openByKeyring(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private void byPassphrase(String first, Optional<String> obstacle, LaunchContext context)
      throws BrokerException {
    if (passphraseRefused != null && isRecent(passphraseRefused)) {
      throw new BrokerException(passphraseRefused.why, passphraseRefused.hint);
    }
    try {
      Optional<Passphrase> asked = passphrases.ask("Passphrase", false);
      if (asked.isEmpty()) {
        throw locked(first, obstacle, context);
      }
      try (Passphrase passphrase = asked.get()) {
        open = file.openSecrets(passphrase);
        opened = "vault";
      }
    } catch (VaultException e) {
      String why = first + ": " + e.getMessage() + ".";
      passphraseRefused = new Refused(nanoTime.getAsLong(), why, e.hint());
      throw new BrokerException(why, e.hint());
    }
  }

  private boolean isRecent(Refused refused) {
    return nanoTime.getAsLong() - refused.at < PAUSE.toNanos();
  }

  private BrokerException locked(String first, Optional<String> obstacle, LaunchContext context) {
    String named = context.environment().getOrDefault(PassphraseSource.FILE_VARIABLE, "");
    Optional<String> why =
        withheld
            .or(() -> obstacle)
            .or(() -> named.isEmpty() ? Optional.empty() : Optional.of(named + " is not there"));
    return BrokerException.locked(first, why, withheld.isPresent());
  }

  /** Wipes the vault's key. */
  @Override
  public synchronized void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
