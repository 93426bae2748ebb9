package dev.gatekeeper.redaction;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** By which a value is known again: {@code SHA-256("gk-secret/1" || 0x00 || value)}. */
public final class ValueDigest {
  private static final byte[] DOMAIN = "gk-secret/1\0".getBytes(StandardCharsets.US_ASCII);

  /** Values of one reference in one session: each is a rotation while it runs. */
  private static final int MOST = 4;

  private ValueDigest() {}

  /** The digest of a value. */
  public static byte[] of(byte[] value) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(DOMAIN);
      return hash.digest(value);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("SHA-256 is part of every JDK", e);
    }
  }

  /** Makes the digest of a value the newest one; the oldest give way. */
  static void add(List<byte[]> digests, byte[] value) {
    byte[] digest = of(value);
    digests.removeIf(known -> Arrays.equals(known, digest));
    digests.add(digest);
    if (digests.size() > MOST) {
      Arrays.fill(digests.removeFirst(), (byte) 0);
    }
  }
}
