package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.trust.content.LockBeside;
import dev.gatekeeper.trust.content.TrustedContents;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a trust store lies, with the texts that it refers to: read to be believed, or replaced. */
final class TrustFolder {
  static final String STORE = "trust.json";
  private static final String CONTENTS = "trust";
  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(10);

  /** What makes the next store of the one that is believed, while nobody else writes one. */
  interface Edit {
    TrustStore apply(TrustStore store) throws TrustException, VaultException;
  }

  private final Home home;
  private final VaultFile vault;
  private final TrustedContents contents;
  private final PinnedIdentity pinned;

  TrustFolder(Home home) {
    this(home, new PinnedIdentity());
  }

  TrustFolder(Home home, PinnedIdentity pinned) {
    this.home = home;
    this.pinned = pinned;
    this.vault = VaultFile.in(home);
    this.contents = new TrustedContents(home.resolve(CONTENTS), LockBeside.MAX_BYTES);
  }

  /** What can be believed now; an empty store where nobody has trusted anything. */
  TrustStore read() throws TrustException, VaultException {
    return store(header());
  }

  /** Of the vault, where there is one that no pin contradicts. */
  Optional<Header> header() throws TrustException, VaultException {
    Optional<Header> header = vault.exists() ? Optional.of(vault.header()) : Optional.empty();
    if (header.isPresent()) {
      pinned.check(header.get());
    }
    return header;
  }

  /**
   * The store to build on. One that cannot be believed is not built on: what it held has to be
   * trusted anew.
   */
  TrustStore believed() throws VaultException {
    return vault.exists() ? believed(vault.header()) : TrustStore.NONE;
  }

  private TrustStore believed(Header header) {
    try {
      TrustStore store = store(Optional.of(header));
      return store.vault().isEmpty() ? TrustStore.empty(header) : store;
    } catch (TrustException e) {
      return TrustStore.empty(header);
    }
  }

  /** What can be believed under {@code header}. */
  TrustStore store(Optional<Header> header) throws TrustException {
    if (header.isPresent()) {
      pinned.check(header.get());
    }
    Path file = home.resolve(STORE);
    if (header.isEmpty() || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return TrustStore.NONE;
    }
    try {
      OwnerOnly.check(file);
      return TrustStore.verify(DurableFile.readBounded(file, TrustStore.MAX_BYTES), header.get());
    } catch (IOException e) {
      throw new TrustException("the trust store cannot be read: " + e.getMessage());
    }
  }

  /**
   * The pair that an entry speaks of; empty where a text of it is missing or altered, or was
   * trusted under rules that have become stricter since.
   */
  Optional<Pair> pair(TrustStore.Entry entry, boolean personal) {
    Optional<String> text =
        entry
            .inline()
            .filter(inline -> PairDigest.of(inline).equals(entry.digest().list()))
            .or(() -> contents.find(entry.digest().list()));
    Optional<String> lock = entry.digest().lock().flatMap(contents::find);
    if (text.isEmpty() || lock.isPresent() != entry.digest().lock().isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ListFile.parse(text.get(), lock, personal, ""));
    } catch (AllowListException e) {
      return Optional.empty();
    }
  }

  /**
   * Why what people trusted cannot be believed, though there was something: a clause. Built on
   * {@link #believed} all of it would be gone.
   */
  Optional<String> obstacle() throws VaultException {
    try {
      boolean gone =
          vault.exists() && read().vault().isEmpty() && vault.header().trustSequence() > 0;
      return gone ? Optional.of("the trust store is gone") : Optional.empty();
    } catch (TrustException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The store as it is, where it holds {@code text} anywhere: cheaper than to believe it. */
  boolean mentions(String text) {
    try {
      byte[] store = DurableFile.readBounded(home.resolve(STORE), TrustStore.MAX_BYTES);
      return new String(store, ISO_8859_1).contains(text);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Replaces the store, durably: the texts first, then the store, then the vault's count of trusts.
   * A crash on the way leaves both stores valid, never none.
   *
   * @param key the vault whose key signs
   * @param texts what the next store newly refers to
   */
  Change replace(OpenVault key, List<String> texts, Edit change)
      throws TrustException, VaultException {
    pinned.check(key.header());
    try (LockFile _ = LockFile.acquire(home.resolve(STORE + ".lock"), LOCK_DEADLINE)) {
      TrustStore next = change.apply(believed(key.header()));
      for (String text : texts) {
        contents.keep(text);
      }
      Set<String> referred = new HashSet<>();
      for (TrustStore.Entry entry : next.entries()) {
        if (entry.inline().isPresent()) {
          contents.keep(entry.inline().get());
        }
        referred.add(entry.digest().list());
        entry.digest().lock().ifPresent(referred::add);
      }
      DurableFile.replace(home.resolve(STORE), next.sign(key));
      Change done = key.raiseTrustSequence(next.sequence());
      contents.keepOnly(referred);
      return done;
    } catch (IOException e) {
      throw new TrustException("the trust store cannot be written: " + e.getMessage());
    }
  }
}
