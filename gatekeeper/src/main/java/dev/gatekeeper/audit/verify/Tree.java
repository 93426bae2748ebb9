package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Hashing;

/** The Merkle tree of RFC 6962 section 2.1 over leaves that come one after the other. */
final class Tree {
  /** A tree of 2^63 leaves has that many levels of full subtrees. */
  private static final int LEVELS = 63;

  private final Hashing hashing;

  /** Roots of full subtrees, the largest first: one for each bit of {@link #size}. */
  private final byte[] roots = new byte[LEVELS * Format.HASH];

  private long size;

  Tree(Hashing hashing) {
    this.hashing = hashing;
  }

  void add(byte[] leaf, int at) {
    int top = Long.bitCount(size) * Format.HASH;
    System.arraycopy(leaf, at, roots, top, Format.HASH);
    for (long full = size; (full & 1) == 1; full >>>= 1) {
      int left = top - Format.HASH;
      hashing.node(roots, left, roots, top, roots, left);
      top = left;
    }
    size++;
  }

  /** Of no leaves: the hash of nothing. */
  byte[] root() {
    int top = (Long.bitCount(size) - 1) * Format.HASH;
    if (top < 0) {
      return hashing.sha256();
    }
    byte[] root = new byte[Format.HASH];
    System.arraycopy(roots, top, root, 0, Format.HASH);
    for (int left = top - Format.HASH; left >= 0; left -= Format.HASH) {
      hashing.node(roots, left, root, 0, root, 0);
    }
    return root;
  }
}
