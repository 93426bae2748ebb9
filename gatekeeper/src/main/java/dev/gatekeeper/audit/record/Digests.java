package dev.gatekeeper.audit.record;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * SHA-256 and HMAC-SHA256 (RFC 2104) for one thread.
 *
 * <p>In search of a MAC the JDK sets up each of its providers, with the numbers of all its curves
 * and the policy files of {@code javax.crypto}: 40 ms of a processor while an agent waits.
 */
public final class Digests {
  private static final int BLOCK = 64; // bytes that SHA-256 takes at once
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private final MessageDigest sha;

  public Digests() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  public byte[] hash(byte[]... parts) {
    for (byte[] part : parts) {
      sha.update(part);
    }
    return sha.digest();
  }

  public byte[] hmac(byte[] key, byte[]... parts) {
    byte[] block = Arrays.copyOf(key.length > BLOCK ? sha.digest(key) : key, BLOCK);
    begin(block, INNER);
    byte[] inner = hash(parts);
    begin(block, OUTER);
    Arrays.fill(block, (byte) 0);
    return sha.digest(inner);
  }

  private void begin(byte[] block, byte pad) {
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= pad;
    }
    sha.update(block);
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= pad;
    }
  }

  public byte[] leaf(byte[] bytes, int from, int to) {
    sha.update(Format.LEAF);
    sha.update(bytes, from, to - from);
    return sha.digest();
  }

  public byte[] node(byte[] left, byte[] right) {
    sha.update(Format.NODE);
    sha.update(left);
    sha.update(right);
    return sha.digest();
  }
}
