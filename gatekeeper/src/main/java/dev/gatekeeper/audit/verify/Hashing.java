package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The verifier's own hashes, Merkle tree (RFC 6962 section 2.1) and HMAC. */
final class Hashing {
  private final MessageDigest sha;
  private final Mac mac;

  /** Roots of full subtrees, largest first, and the number of leaves below each. */
  private final List<byte[]> roots = new ArrayList<>();

  private final List<Long> sizes = new ArrayList<>();

  Hashing() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
      mac = Mac.getInstance("HmacSHA256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  byte[] sha256(byte[]... parts) {
    for (byte[] part : parts) {
      sha.update(part);
    }
    return sha.digest();
  }

  byte[] leaf(byte[] bytes, int from, int to) {
    sha.update(Format.LEAF);
    sha.update(bytes, from, to - from);
    return sha.digest();
  }

  byte[] hmac(byte[] key, byte[]... parts) {
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

  void add(byte[] leaf) {
    byte[] root = leaf;
    long size = 1;
    while (!sizes.isEmpty() && sizes.getLast() == size) {
      root = node(roots.removeLast(), root);
      size += sizes.removeLast();
    }
    roots.add(root);
    sizes.add(size);
  }

  byte[] root() {
    if (roots.isEmpty()) {
      return sha256();
    }
    byte[] root = roots.getLast();
    for (int i = roots.size() - 2; i >= 0; i--) {
      root = node(roots.get(i), root);
    }
    return root;
  }

  private byte[] node(byte[] left, byte[] right) {
    sha.update(Format.NODE);
    sha.update(left);
    sha.update(right);
    return sha.digest();
  }
}
