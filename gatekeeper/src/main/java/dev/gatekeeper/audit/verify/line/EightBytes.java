package dev.gatekeeper.audit.verify.line;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Looks at eight bytes in one step. Subtracting from each byte what it must reach sets the highest
 * bit of one that does not, and of no byte below the first such one.
 */
public final class EightBytes {
  /** The first byte is the lowest. */
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHEST = 0x8080808080808080L;

  private static final byte[] TIME_SHAPE =
      "0000-00-00T00:00:00.000Z".getBytes(StandardCharsets.US_ASCII);

  /** Bytes of a time. */
  static final int TIME = TIME_SHAPE.length;

  /** What may be added to a difference from the shape without reaching the highest bit. */
  private static final byte[] TIME_ROOM = new byte[TIME];

  static {
    for (int i = 0; i < TIME; i++) {
      TIME_ROOM[i] = (byte) (TIME_SHAPE[i] == '0' ? 0x7F - 9 : 0x7F);
    }
  }

  private EightBytes() {}

  /**
   * Steps over characters of a JSON string that stand for themselves; stops at one that may not, or
   * shortly before {@code to}.
   */
  public static int plain(byte[] bytes, int start, int to) {
    int at = start;
    while (at + Long.BYTES < to) {
      long eight = (long) EIGHT.get(bytes, at);
      long quote = eight ^ '"' * ONES;
      long backslash = eight ^ '\\' * ONES;
      long other = (eight | eight - 0x20 * ONES | quote - ONES | backslash - ONES) & HIGHEST;
      if (other != 0) {
        return at + (Long.numberOfTrailingZeros(other) >>> 3);
      }
      at += Long.BYTES;
    }
    return at;
  }

  /** How many bytes from {@code a} on, before {@code toA}, are those from {@code b} on. */
  static int common(byte[] bytes, int a, int toA, int b, int toB) {
    int length = Math.min(toA - a, toB - b);
    int different = Arrays.mismatch(bytes, a, a + length, bytes, b, b + length);
    return different < 0 ? length : different;
  }

  /** Where the first line feed from {@code start} on stands; {@code to} when there is none. */
  public static int lineFeed(byte[] bytes, int start, int to) {
    int at = start;
    while (at + Long.BYTES <= to) {
      long eight = (long) EIGHT.get(bytes, at) ^ '\n' * ONES;
      long found = eight - ONES & ~eight & HIGHEST;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
      at += Long.BYTES;
    }
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Where the last line feed before {@code to} stands; -1 when there is none. */
  static int lastLineFeed(byte[] bytes, int to) {
    int at = to - 1;
    while (at >= 0 && bytes[at] != '\n') {
      at--;
    }
    return at;
  }

  /**
   * Whether a time stands here: against the shape, a digit differs by 0 to 9 and a sign by 0; what
   * differs by more gets the highest bit.
   */
  public static boolean isTime(byte[] bytes, int start) {
    long wrong = 0;
    for (int i = 0; i < TIME; i += Long.BYTES) {
      long difference = (long) EIGHT.get(bytes, start + i) ^ (long) EIGHT.get(TIME_SHAPE, i);
      wrong |= difference | difference + (long) EIGHT.get(TIME_ROOM, i);
    }
    return (wrong & HIGHEST) == 0;
  }
}
