package dev.gatekeeper.audit.verify.mac;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Base64Url;
import dev.gatekeeper.audit.verify.line.Block;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.audit.verify.line.RecordLine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The MACs of one block. Only the keys hang on each other: those that are sealed in the block are
 * opened on any thread, all keys follow in the order of the blocks, and the MACs are checked on any
 * thread again.
 */
public final class BlockMacs {
  private static final byte[] LABEL = Format.MAC_LABEL.getBytes(StandardCharsets.US_ASCII);

  private final Hashing hashing = new Hashing();

  /** Input of an HMAC over a number, {@code tag ‖ u64}, and of a MAC, as the format has it. */
  private final ByteBuffer numbered = ByteBuffer.allocate(1 + 8).put(0, Format.RECORD_KEY);

  private final ByteBuffer covered =
      ByteBuffer.allocate(LABEL.length + Format.LOG_ID + 8 + 2 * Format.HASH).put(LABEL);
  private final byte[] key = new byte[Format.HASH];
  private final byte[] mac = new byte[Format.HASH];
  private final byte[] before = new byte[Format.HASH];
  private final Map<Integer, Optional<byte[]>> opened = new HashMap<>();
  private long first;

  /** Of each line the key that its MAC is made with, and the key after it. */
  private byte[] keys = {};

  private byte[] nextKeys = {};

  /** Without any, as long as nobody follows. */
  private boolean[] known = {};

  private boolean[] nextKnown = {};
  private boolean[] holds = {};

  /** Opens the keys that lines of the block hold sealed. */
  public void open(Block block, Ratchet ratchet) {
    opened.clear();
    block
        .introducing()
        .forEach((i, line) -> opened.put(i, ratchet.open(line, line.firstUnderItsKey())));
  }

  /**
   * Takes the keys of all lines.
   *
   * @param previous leaf hash of the line before the block
   */
  public void follow(Block block, Ratchet ratchet, byte[] previous) {
    int lines = block.lines();
    if (known.length < lines) {
      keys = new byte[2 * lines * Format.HASH];
      nextKeys = new byte[keys.length];
      known = new boolean[2 * lines];
      nextKnown = new boolean[known.length];
      holds = new boolean[known.length];
    }
    System.arraycopy(previous, 0, before, 0, Format.HASH);
    first = ratchet.n();
    for (int i = 0; i < lines; i++) {
      Optional<byte[]> fresh = opened.get(i);
      boolean forNext = fresh != null && block.event(i) == Event.KEY_EPOCH;
      if (fresh != null && !forNext) {
        ratchet.rekey(fresh);
      }
      known[i] = ratchet.isKnown();
      ratchet.copy(keys, Block.at(i));
      ratchet.advance();
      if (fresh != null && forNext) {
        ratchet.rekey(fresh);
      }
      nextKnown[i] = ratchet.isKnown();
      ratchet.copy(nextKeys, Block.at(i));
    }
  }

  /** Checks the MAC of each line of which the key is known. */
  public void check(Block block) {
    for (int i = 0; i < block.lines(); i++) {
      holds[i] = !known[i] || holds(block, i, block.logId());
    }
  }

  private boolean holds(Block block, int i, byte[] logId) {
    System.arraycopy(keys, Block.at(i), key, 0, Format.HASH);
    hashing.hmac(key, numbered.putLong(1, first + i).array(), key);
    covered.position(LABEL.length).put(logId).putLong(first + i);
    covered.put(i == 0 ? before : block.leaves(), i == 0 ? 0 : Block.at(i - 1), Format.HASH);
    covered.put(block.bodies(), Block.at(i), Format.HASH);
    hashing.hmac(key, covered.array(), mac);
    return block.to(i) - block.from(i) > Format.SUFFIX
        && Base64Url.matches(block.bytes(), block.to(i) - RecordLine.MAC_FROM_END, mac);
  }

  /** Whether the MAC of a line was checked. */
  public boolean isChecked(int i) {
    return i < known.length && known[i];
  }

  /** Whether it holds, as far as it was checked. */
  public boolean holds(int i) {
    return i >= holds.length || holds[i];
  }

  /** Whether {@code other} is the key after line {@code i}; yes, when that is not known. */
  public boolean isNext(int i, byte[] other) {
    return i >= nextKnown.length
        || !nextKnown[i]
        || Arrays.equals(nextKeys, Block.at(i), Block.at(i + 1), other, 0, Format.HASH);
  }
}
