package dev.gatekeeper.audit.record;

import dev.gatekeeper.seal.Primitives;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256 and HMAC-SHA256 (RFC 2104) for one thread. */
public final class Digests {
  private final MessageDigest sha;
  private final Mac mac;

  public Digests() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
      mac = Primitives.hmacSha256();
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
    try {
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (InvalidKeyException e) {
      throw new AssertionError("HMAC takes any key", e);
    }
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
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
