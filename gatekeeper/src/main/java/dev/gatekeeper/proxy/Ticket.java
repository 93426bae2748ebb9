package dev.gatekeeper.proxy;

import dev.gatekeeper.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request that waits for its one answer: of the agent, or of a server.
 *
 * <p>Guarantee: {@link #end} is true for exactly one caller, which is the one that answers, or that
 * ends it without an answer because it was cancelled.
 */
class Ticket {
  private final byte[] id;
  private final String key;
  private final AtomicBoolean ended = new AtomicBoolean();

  Ticket(Slice id) {
    this.id = id.toBytes();
    this.key = keyOf(id);
  }

  /** The id as it was written. */
  final byte[] id() {
    return id;
  }

  /** Equal for equal ids, however a string was escaped; the number 1 and the string "1" differ. */
  final String key() {
    return key;
  }

  final boolean end() {
    return ended.compareAndSet(false, true);
  }

  final boolean isEnded() {
    return ended.get();
  }

  static String keyOf(Slice id) {
    return id.isString()
        ? "s:" + id.string()
        : "n:" + new String(id.toBytes(), StandardCharsets.US_ASCII);
  }
}
