package dev.gatekeeper.allowlist.pin;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A SHA-256.
 *
 * @param hex 64 characters, lower case
 */
public record Digest(String hex) {
  /** After so many blocks of 64 bytes the VM compiles, as the launcher asks it to. */
  private static final int WARM_UP_BYTES = 128 * 64;

  private static final String PREFIX = "sha256:";
  private static final int BYTES = 32;

  /**
   * Checks what a caller can only get wrong by a bug; text of others goes through {@link #read}.
   */
  public Digest {
    if (!isHex(hex)) {
      throw new IllegalArgumentException("not a SHA-256");
    }
  }

  /** The digest that these 32 bytes are. */
  public static Digest of(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of {@code content}. */
  public static String sha256(byte[] content) {
    try {
      return PREFIX
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /**
   * Has SHA-256 compiled, which is when the processor's own instructions for it are used: for a
   * thread with nothing else to do, before the digest of something long is waited for.
   */
  public static void prepare() {
    sha256(new byte[WARM_UP_BYTES]);
  }

  /** What {@link #toString} gave; empty where it is anything else. */
  public static Optional<Digest> read(String text) {
    return text.startsWith(PREFIX) && isHex(text.substring(PREFIX.length()))
        ? Optional.of(new Digest(text.substring(PREFIX.length())))
        : Optional.empty();
  }

  private static boolean isHex(String hex) {
    return hex.length() == 2 * BYTES
        && hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /** {@code sha256:} and the hexadecimal form. */
  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
