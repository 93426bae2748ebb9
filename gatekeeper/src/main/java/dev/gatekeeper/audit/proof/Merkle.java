package dev.gatekeeper.audit.proof;

import dev.gatekeeper.audit.verify.line.Hashing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Paths through the tree of RFC 6962 section 2.1, made and checked. */
final class Merkle {
  /** Hashes of a path: a tree of 2^63 leaves has no more. C2SP tlog-witness has the same bound. */
  static final int MAX_PATH = 63;

  /** Where the hashes of full subtrees come from. */
  @FunctionalInterface
  interface Subtrees {
    /** The root of the {@code 2^level} leaves from {@code index * 2^level} on. */
    byte[] root(int level, long index) throws IOException;
  }

  private final Hashing hashing = new Hashing();
  private final Subtrees subtrees;

  Merkle(Subtrees subtrees) {
    this.subtrees = subtrees;
  }

  /** Section 2.1.1: from the sibling of leaf {@code n} up to a child of the root. */
  List<byte[]> inclusion(long n, long size) throws IOException {
    List<byte[]> path = new ArrayList<>();
    long from = 0;
    long to = size;
    while (to - from > 1) {
      long middle = from + split(to - from);
      if (n < middle) {
        path.addFirst(root(middle, to));
        to = middle;
      } else {
        path.addFirst(root(from, middle));
        from = middle;
      }
    }
    return path;
  }

  /**
   * Section 2.1.2: that the first {@code old} of {@code size} leaves are those of the older tree.
   */
  List<byte[]> consistency(long old, long size) throws IOException {
    List<byte[]> path = new ArrayList<>();
    long from = 0;
    long to = size;
    boolean whole = true;
    while (to != old) {
      long middle = from + split(to - from);
      if (old <= middle) {
        path.addFirst(root(middle, to));
        to = middle;
      } else {
        path.addFirst(root(from, middle));
        from = middle;
        whole = false;
      }
    }
    if (!whole) {
      path.addFirst(root(from, to));
    }
    return path;
  }

  /** The tree hash of the leaves from {@code from} to {@code to}. */
  byte[] root(long from, long to) throws IOException {
    long size = to - from;
    if (Long.bitCount(size) == 1) {
      int level = Long.numberOfTrailingZeros(size);
      return subtrees.root(level, from >>> level);
    }
    long middle = from + split(size);
    return node(hashing, root(from, middle), root(middle, to));
  }

  /** The largest power of two below {@code size}. */
  private static long split(long size) {
    return Long.highestOneBit(size - 1);
  }

  static byte[] node(Hashing hashing, byte[] left, byte[] right) {
    byte[] node = new byte[left.length];
    hashing.node(left, 0, right, 0, node, 0);
    return node;
  }

  /** Whether {@code path} leads from {@code leaf}, the n-th of {@code size}, to {@code root}. */
  static boolean includes(byte[] leaf, long n, long size, List<byte[]> path, byte[] root) {
    Hashing hashing = new Hashing();
    byte[] hash = leaf;
    long index = n;
    long last = size - 1;
    for (byte[] sibling : path) {
      if (last == 0) {
        return false;
      }
      if ((index & 1) == 1 || index == last) {
        hash = node(hashing, sibling, hash);
        while ((index & 1) == 0 && index != 0) {
          index >>>= 1;
          last >>>= 1;
        }
      } else {
        hash = node(hashing, hash, sibling);
      }
      index >>>= 1;
      last >>>= 1;
    }
    return n >= 0 && n < size && last == 0 && Arrays.equals(hash, root);
  }

  /** Whether {@code path} shows that the tree of {@code size} leaves begins with the older one. */
  static boolean extendsTo(long old, byte[] oldRoot, long size, byte[] root, List<byte[]> path) {
    if (old < 1 || old > size) {
      return false;
    }
    if (old == size) {
      return path.isEmpty() && Arrays.equals(oldRoot, root);
    }
    // RFC 9162 section 2.1.4.2: an older tree that is full is a subtree, and is left out of the
    // path.
    List<byte[]> all = new ArrayList<>(path);
    if (Long.bitCount(old) == 1) {
      all.addFirst(oldRoot);
    }
    if (all.isEmpty()) {
      return false;
    }
    Hashing hashing = new Hashing();
    int skip = Long.numberOfTrailingZeros(~(old - 1));
    long index = (old - 1) >>> skip;
    long last = (size - 1) >>> skip;
    byte[] before = all.getFirst();
    byte[] now = before;
    for (byte[] hash : all.subList(1, all.size())) {
      if (last == 0) {
        return false;
      }
      if ((index & 1) == 1 || index == last) {
        before = node(hashing, hash, before);
        now = node(hashing, hash, now);
        while ((index & 1) == 0 && index != 0) {
          index >>>= 1;
          last >>>= 1;
        }
      } else {
        now = node(hashing, now, hash);
      }
      index >>>= 1;
      last >>>= 1;
    }
    return last == 0 && Arrays.equals(before, oldRoot) && Arrays.equals(now, root);
  }
}
