package dev.gatekeeper.audit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.verify.line.Hashing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every proof of every small tree, and every proof that is not one. */
final class MerkleTest {
  private static final int LARGEST = 40;

  private final Merkle tree = new Merkle(MerkleTest::subtree);

  @Test
  void everyLeafOfEveryTreeIsIncludedAtItsPlaceOnly() throws Exception {
    for (long size = 1; size <= LARGEST; size++) {
      byte[] root = tree.root(0, size);
      for (long n = 0; n < size; n++) {
        List<byte[]> path = tree.inclusion(n, size);
        assertThat(Merkle.includes(subtree(0, n), n, size, path, root)).isTrue();
        for (long other = -1; other <= size; other++) {
          assertThat(Merkle.includes(subtree(0, n), other, size, path, root)).isEqualTo(other == n);
        }
        assertThat(Merkle.includes(subtree(0, n + 1), n, size, path, root)).isFalse();
        for (List<byte[]> wrong : altered(path)) {
          assertThat(Merkle.includes(subtree(0, n), n, size, wrong, root)).isFalse();
        }
      }
    }
  }

  @Test
  void everyTreeGrewFromEachSmallerOneOnly() throws Exception {
    for (long size = 1; size <= LARGEST; size++) {
      byte[] root = tree.root(0, size);
      for (long old = 1; old <= size; old++) {
        byte[] before = tree.root(0, old);
        List<byte[]> path = tree.consistency(old, size);
        assertThat(Merkle.extendsTo(old, before, size, root, path)).isTrue();
        assertThat(Merkle.extendsTo(old, subtree(0, old), size, root, path)).isEqualTo(false);
        assertThat(Merkle.extendsTo(old, before, size, before, path)).isEqualTo(old == size);
        for (List<byte[]> wrong : altered(path)) {
          assertThat(Merkle.extendsTo(old, before, size, root, wrong)).isFalse();
        }
      }
      assertThat(Merkle.extendsTo(0, root, size, root, List.of())).isFalse();
      assertThat(Merkle.extendsTo(size + 1, root, size, root, List.of())).isFalse();
    }
  }

  private static List<List<byte[]>> altered(List<byte[]> path) {
    List<List<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      List<byte[]> flipped = new ArrayList<>(path);
      byte[] hash = path.get(i).clone();
      hash[i % 32] ^= 1;
      flipped.set(i, hash);
      all.add(flipped);
      List<byte[]> shorter = new ArrayList<>(path);
      shorter.remove(i);
      all.add(shorter);
    }
    List<byte[]> longer = new ArrayList<>(path);
    longer.add(new byte[32]);
    all.add(longer);
    return all;
  }

  /** By the definition: of leaves that hold their number, nothing kept. */
  private static byte[] subtree(int level, long index) {
    Hashing hashing = new Hashing();
    if (level == 0) {
      byte[] leaf = new byte[32];
      hashing.leaf(ByteBuffer.allocate(8).putLong(index).array(), 0, 8, leaf, 0);
      return leaf;
    }
    return Merkle.node(hashing, subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
  }
}
