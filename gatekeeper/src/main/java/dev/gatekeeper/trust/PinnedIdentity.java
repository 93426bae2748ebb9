package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.OwnerOnly;
import dev.gatekeeper.vault.Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The trust key that an administrator pinned for a user: the line {@code key trust ed25519 …} of
 * the person's vault, in the file {@code /etc/gatekeeper/trust/UID}, which only root can write.
 * Where it is there no other vault counts, whatever home it lies in; without it a process of the
 * same user can put a vault and a trust store of its own in the place of the person's.
 */
public final class PinnedIdentity {
  private static final Path FOLDER = Path.of("/etc/gatekeeper/trust");
  private static final long ADMINISTRATOR = 0;
  private static final int MAX_BYTES = 4 << 10;

  private final Path folder;
  private final long owner;

  /** That of the user that runs this process. */
  public PinnedIdentity() {
    this(FOLDER, ADMINISTRATOR);
  }

  PinnedIdentity(Path folder, long owner) {
    this.folder = folder;
    this.owner = owner;
  }

  /** Where the pin is, or belongs. */
  public Path file() {
    return folder.resolve(Long.toString(OwnerOnly.user()));
  }

  /** Whether an administrator wrote one. */
  public boolean isThere() {
    return Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
        && Files.exists(file(), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Accepts a vault.
   *
   * @throws TrustException where a pin is there, and is of another key, or is not an
   *     administrator's
   */
  public void check(Header header) throws TrustException {
    if (!isThere()) {
      return;
    }
    try {
      OwnerOnly.checkWritableBy(owner, folder);
      OwnerOnly.checkWritableBy(owner, file());
      String pinned = new String(DurableFile.readBounded(file(), MAX_BYTES), UTF_8).strip();
      if (!pinned.equals("key trust ed25519 " + header.trustPublicKey())) {
        throw new TrustException(
            "the vault's trust key is not the one that the administrator pinned in " + file());
      }
    } catch (IOException e) {
      throw new TrustException("the pinned trust key cannot be believed: " + e.getMessage());
    }
  }
}
