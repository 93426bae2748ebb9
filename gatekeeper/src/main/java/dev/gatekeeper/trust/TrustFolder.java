package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.OwnerOnly;
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
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Where a trust store lies, with the texts that it refers to: read to be believed, or replaced. */
final class TrustFolder {
  static final String STORE = "trust.json";
  private static final String CONTENTS = "trust";
  private static final Duration LOCK_DEADLINE = Duration.ofSeconds(10);

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
    this.contents = new TrustedContents(home.resolve(CONTENTS));
  }

  /** What can be believed now; an empty store where nobody has trusted anything. */
  TrustStore read() throws TrustException, VaultException {
    return store(vault.exists() ? Optional.of(vault.header()) : Optional.empty());
  }

  /**
   * The store to build on. One that cannot be believed is not built on: what it held has to be
   * trusted anew.
   */
  TrustStore believed() throws VaultException {
    return vault.exists() ? believed(vault.header()) : new TrustStore("", 0, List.of());
  }

  private TrustStore believed(Header header) {
    try {
      TrustStore store = store(Optional.of(header));
      return store.vault().isEmpty() ? TrustStore.empty(header) : store;
    } catch (TrustException e) {
      return TrustStore.empty(header);
    }
  }

  private TrustStore store(Optional<Header> header) throws TrustException {
    if (header.isPresent()) {
      pinned.check(header.get());
    }
    Path file = home.resolve(STORE);
    if (header.isEmpty() || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return new TrustStore("", 0, List.of());
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
   * Replaces the store, durably: the texts first, then the store, then the vault's count of trusts.
   * A crash on the way leaves both stores valid, never none.
   *
   * @param key the vault whose key signs
   * @param pair what the next store newly refers to
   */
  Change replace(OpenVault key, Pair pair, UnaryOperator<TrustStore> change)
      throws TrustException, VaultException {
    pinned.check(key.header());
    try (LockFile _ = LockFile.acquire(home.resolve(STORE + ".lock"), LOCK_DEADLINE)) {
      TrustStore next = change.apply(believed(key.header()));
      contents.keep(pair.text());
      if (pair.lock().isPresent()) {
        contents.keep(pair.lock().get());
      }
      for (TrustStore.Entry entry : next.entries()) {
        if (entry.inline().isPresent()) {
          contents.keep(entry.inline().get());
        }
      }
      DurableFile.replace(home.resolve(STORE), next.sign(key));
      Change done = key.raiseTrustSequence(next.sequence());
      contents.keepOnly(next.entries());
      return done;
    } catch (IOException e) {
      throw new TrustException("the trust store cannot be written: " + e.getMessage());
    }
  }
}
