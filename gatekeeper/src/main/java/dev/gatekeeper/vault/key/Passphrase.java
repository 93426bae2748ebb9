package dev.gatekeeper.vault.key;

import dev.gatekeeper.kernel.LockedMemory;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Arrays;

/** What a person knows: bytes of UTF-8, wiped at {@link #close}, without {@code toString}. */
public final class Passphrase implements AutoCloseable {
  /** Longest that is accepted, in bytes: no phrase is longer, and a hostile file may be. */
  public static final int MAX_BYTES = 1024;

  /** Shortest that a new vault accepts, in bytes: below, guessing beats Argon2id. */
  public static final int MIN_BYTES = 10;

  private final LockedMemory bytes;

  /**
   * Takes {@code utf8} over: it is wiped.
   *
   * @throws VaultException where it is empty or longer than {@link #MAX_BYTES}
   */
  public Passphrase(byte[] utf8) throws VaultException {
    if (utf8.length == 0 || utf8.length > MAX_BYTES) {
      int length = utf8.length;
      Arrays.fill(utf8, (byte) 0);
      throw new VaultException(
          length == 0
              ? "the passphrase is empty"
              : "the passphrase has " + length + " bytes; " + MAX_BYTES + " are the most");
    }
    this.bytes = LockedMemory.taking(utf8);
  }

  /** Length in bytes. */
  public int length() {
    return bytes.length();
  }

  /** Whether both hold the same bytes; takes the same time wherever they differ. */
  public boolean same(Passphrase other) {
    byte[] mine = unsafeCopy();
    byte[] theirs = other.unsafeCopy();
    try {
      return java.security.MessageDigest.isEqual(mine, theirs);
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  byte[] unsafeCopy() {
    return bytes.unsafeCopy();
  }

  @Override
  public void close() {
    bytes.close();
  }
}
