package dev.gatekeeper.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Searches in bytes, eight at a time. The JDK has no fast search in a byte array, and these are the
 * loops in which a big message spends its time.
 */
public final class Octets {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private Octets() {}

  /**
   * First place from {@code from} at which either ASCII byte stands; {@code to} where none does.
   */
  public static int either(byte[] bytes, int from, int to, char one, char other) {
    long ones = ONES * one;
    long others = ONES * other;
    int i = from;
    for (; i <= to - 8; i += 8) {
      long word = (long) LONG.get(bytes, i);
      long hits = (zeros(word ^ ones) | zeros(word ^ others)) & HIGHS;
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >> 3);
      }
    }
    while (i < to && bytes[i] != one && bytes[i] != other) {
      i++;
    }
    return i;
  }

  /**
   * Copies up to an ASCII byte, or all. What lies behind it in {@code out} may be written over, as
   * far as {@code to} reaches.
   *
   * @param out with room for all that could be copied
   * @return how many bytes were copied
   */
  public static int copy(byte[] bytes, int from, int to, char stop, byte[] out, int at) {
    long stops = ONES * stop;
    int i = from;
    for (; i <= to - 8; i += 8) {
      long word = (long) LONG.get(bytes, i);
      LONG.set(out, at + i - from, word);
      long hits = zeros(word ^ stops) & HIGHS;
      if (hits != 0) {
        return i - from + (Long.numberOfTrailingZeros(hits) >> 3);
      }
    }
    for (; i < to && bytes[i] != stop; i++) {
      out[at + i - from] = bytes[i];
    }
    return i - from;
  }

  /**
   * First place from {@code from} that may end a run of plain ASCII inside a string: a quote, a
   * backslash, a control, a byte above 0x7f. Stops short of the last seven bytes, too.
   */
  static int special(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - 8; i += 8) {
      long word = (long) LONG.get(bytes, i);
      long hits =
          (zeros(word ^ ONES * '"') | zeros(word ^ ONES * '\\') | (word - ONES * ' ') | word)
              & HIGHS;
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >> 3);
      }
    }
    return i;
  }

  /** The high bit of each byte that is zero; above the lowest of these others may be set, too. */
  private static long zeros(long word) {
    return (word - ONES) & ~word;
  }
}
