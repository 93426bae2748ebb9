package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Format;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The verifier's own hashes, for one thread: SHA-256, leaves and nodes of RFC 6962, HMAC. */
public final class Hashing {
  /** RFC 2104: bytes of a block of SHA-256. */
  private static final int BLOCK = 64;

  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private final MessageDigest sha;

  /** The padded key, and after the outer one the hash of the inner one with the message. */
  private final byte[] inner = new byte[BLOCK];

  private final byte[] outer = new byte[BLOCK + Format.HASH];
  private final byte[] node = new byte[1 + 2 * Format.HASH];

  public Hashing() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    node[0] = Format.NODE;
    Arrays.fill(inner, INNER);
    Arrays.fill(outer, OUTER);
  }

  public byte[] sha256(byte[]... parts) {
    for (byte[] part : parts) {
      sha.update(part);
    }
    return sha.digest();
  }

  /** Writes the leaf hash of {@code bytes[from, to)} to {@code out} at {@code at}. */
  public void leaf(byte[] bytes, int from, int to, byte[] out, int at) {
    sha.update(Format.LEAF);
    sha.update(bytes, from, to - from);
    digest(sha, out, at);
  }

  /** One pass: the digest of the body is the state of the line's on the way. */
  public void leafAndBody(
      byte[] bytes, int from, int body, int to, byte[] leaves, byte[] bodies, int at) {
    sha.update(Format.LEAF);
    sha.update(bytes, from, body - from);
    try {
      digest((MessageDigest) sha.clone(), bodies, at);
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's SHA-256 can be cloned", e);
    }
    sha.update(bytes, body, to - body);
    digest(sha, leaves, at);
  }

  /** The node above two hashes; {@code out} may be where one of them lies. */
  public void node(byte[] left, int leftAt, byte[] right, int rightAt, byte[] out, int at) {
    System.arraycopy(left, leftAt, node, 1, Format.HASH);
    System.arraycopy(right, rightAt, node, 1 + Format.HASH, Format.HASH);
    sha.update(node);
    digest(sha, out, at);
  }

  /** HMAC-SHA256 of {@code message} under a key of 32 bytes; {@code out} may be the key. */
  public void hmac(byte[] key, byte[] message, byte[] out) {
    for (int i = 0; i < Format.HASH; i++) {
      inner[i] = (byte) (key[i] ^ INNER);
      outer[i] = (byte) (key[i] ^ OUTER);
    }
    sha.update(inner);
    sha.update(message);
    digest(sha, outer, BLOCK);
    sha.update(outer);
    digest(sha, out, 0);
  }

  private static void digest(MessageDigest sha, byte[] out, int at) {
    try {
      sha.digest(out, at, Format.HASH);
    } catch (DigestException e) {
      throw new AssertionError("there is room for a digest", e);
    }
  }
}
