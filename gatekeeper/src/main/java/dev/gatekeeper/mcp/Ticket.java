package dev.gatekeeper.mcp;

import dev.gatekeeper.json.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request that waits for its one answer: of the agent, or of a server.
 *
 * <p>Guarantee: {@link #end} is true for exactly one caller, which is the one that answers, or that
 * ends it without an answer because it was cancelled.
 */
public class Ticket {
  private final byte[] id;
  private final String key;
  private final AtomicBoolean ended = new AtomicBoolean();

  public Ticket(Slice id) {
    this.id = id.toBytes();
    this.key = keyOf(id);
  }

  /** The id as it was written. */
  public final byte[] id() {
    return id;
  }

  /** Equal for equal ids, however a string was escaped; the number 1 and the string "1" differ. */
  public final String key() {
    return key;
  }

  public final boolean end() {
    return ended.compareAndSet(false, true);
  }

  public final boolean isEnded() {
    return ended.get();
  }

  public static String keyOf(Slice id) {
    return id.isString()
        ? "s:" + id.string()
        : "n:" + new String(id.toBytes(), StandardCharsets.US_ASCII);
  }

  /** Only a plain number can be one of ours; 1e0 or "1" are not what we sent. */
  public static Optional<Long> numberOf(Slice id) {
    return numberOf(id.array(), id.start(), id.end());
  }

  public static Optional<Long> numberOf(byte[] id) {
    return numberOf(id, 0, id.length);
  }

  private static Optional<Long> numberOf(byte[] bytes, int start, int end) {
    if (end - start > 18) {
      return Optional.empty();
    }
    long number = 0;
    for (int i = start; i < end; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return Optional.empty();
      }
      number = number * 10 + digit;
    }
    return Optional.of(number);
  }
}
