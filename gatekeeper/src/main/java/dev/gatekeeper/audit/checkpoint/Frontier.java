package dev.gatekeeper.audit.checkpoint;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The right edge of an RFC 6962 Merkle tree: what it takes to add a leaf and to know the root, 32
 * bytes a level.
 */
public final class Frontier {
  public static final int LEVELS = 63;

  /**
   * By level: the root of the full subtree that stands there, where bit {@code level} of {@code
   * size} is set.
   */
  private final byte[] @Nullable [] subtrees;

  private long size;

  public Frontier() {
    this(new byte[LEVELS][], 0);
  }

  private Frontier(byte[] @Nullable [] subtrees, long size) {
    this.subtrees = subtrees;
    this.size = size;
  }

  public Frontier copy() {
    return new Frontier(subtrees.clone(), size);
  }

  public void add(Digests digests, byte[] leaf) {
    byte[] node = leaf;
    int level = 0;
    while (subtrees[level] != null && (size >>> level & 1) == 1) {
      node = digests.node(subtrees[level], node);
      subtrees[level++] = null;
    }
    subtrees[level] = node;
    size++;
  }

  /** RFC 6962 section 2.1: the Merkle tree hash; of no leaves, the hash of nothing. */
  public byte[] root(Digests digests) {
    byte[] root = null;
    for (byte[] subtree : subtrees) {
      if (subtree != null) {
        root = root == null ? subtree : digests.node(subtree, root);
      }
    }
    return root == null ? digests.hash() : root;
  }

  public void write(ByteBuffer to) {
    byte[] none = new byte[Format.HASH];
    for (byte[] subtree : subtrees) {
      to.put(subtree == null ? none : subtree);
    }
  }

  public static Frontier read(ByteBuffer from, long size) {
    Frontier frontier = new Frontier(new byte[LEVELS][], size);
    for (int level = 0; level < LEVELS; level++) {
      byte[] subtree = new byte[Format.HASH];
      from.get(subtree);
      frontier.subtrees[level] = (size >>> level & 1) == 1 ? subtree : null;
    }
    return frontier;
  }
}
