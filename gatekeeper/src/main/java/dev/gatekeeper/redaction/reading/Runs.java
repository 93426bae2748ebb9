package dev.gatekeeper.redaction.reading;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where a text has long runs of letters and digits, eight characters at a time: of base64, in both
 * alphabets, among which hexadecimal is.
 */
public final class Runs {
  /** Shortest run: eight bytes as base64 are eleven characters, but those need no reading. */
  static final int SHORTEST = 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final byte[] VALUES = new byte[256];

  static {
    Arrays.fill(VALUES, (byte) -1);
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < digits.length(); i++) {
      VALUES[digits.charAt(i)] = (byte) i;
    }
    VALUES['-'] = 62;
    VALUES['_'] = 63;
  }

  private Runs() {}

  /** The place of a character in either alphabet of base64, or -1. */
  public static int six(byte character) {
    return VALUES[character & 0xff];
  }

  /** Whether every character of a text belongs to base64. */
  public static boolean isBase64(byte[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (six(text[i]) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the next eight characters belong to base64. */
  static boolean isBase64(byte[] text, int at) {
    return others((long) LONG.get(text, at)) == 0;
  }

  /** The high bit of each byte that does not belong to base64. */
  private static long others(long word) {
    long low = word & ~HIGHS;
    long lower = low | ONES * 0x20;
    long letters = (lower + ONES * (0x80 - 'a')) & ~(lower + ONES * (0x7f - 'z'));
    long digits = (low + ONES * (0x80 - '/')) & ~(low + ONES * (0x7f - '9')); // and the slash
    long none =
        ((low ^ ONES * '+') + ~HIGHS)
            & ((low ^ ONES * '-') + ~HIGHS)
            & ((low ^ ONES * '_') + ~HIGHS);
    return ((~(letters | digits) & none) | word) & HIGHS;
  }

  /**
   * First place from {@code start} at which a long run starts; {@code end} where none does. Each
   * has a whole word in it, and so many of its characters on both sides of that.
   */
  public static int first(byte[] text, int start, int end) {
    long before = HIGHS;
    long marks = end - start < SHORTEST ? HIGHS : marks((long) LONG.get(text, start));
    int at = start;
    for (; at <= end - SHORTEST; at += 8) {
      long next = marks((long) LONG.get(text, at + 8));
      if (marks == 0
          && Long.numberOfLeadingZeros(before) + Long.numberOfTrailingZeros(next) >= 64
          && isBase64(text, at)) {
        int from = start(text, start, at);
        if (stop(text, at, Math.min(end, from + SHORTEST)) - from >= SHORTEST) {
          return from;
        }
      }
      before = marks;
      marks = next;
    }
    for (int from = Math.max(start, at - 7); end - from >= SHORTEST; ) {
      int to = stop(text, from, from + SHORTEST);
      if (to - from == SHORTEST) {
        return from;
      }
      from = to + 1;
    }
    return end;
  }

  /**
   * The high bit of each byte that is a blank, a bracket, a quote, or no ASCII: most that end a
   * run.
   */
  private static long marks(long word) {
    return (~((word & ~HIGHS) + ONES * (0x80 - '+')) | word) & HIGHS;
  }

  /** Where the run that ends there starts. */
  public static int start(byte[] text, int start, int end) {
    int from = end;
    while (from > start && six(text[from - 1]) >= 0) {
      from--;
    }
    return from;
  }

  /** Where the run that starts there ends. */
  public static int stop(byte[] text, int start, int end) {
    int to = start;
    for (; to <= end - 8; to += 8) {
      long others = others((long) LONG.get(text, to));
      if (others != 0) {
        return to + (Long.numberOfTrailingZeros(others) >> 3);
      }
    }
    while (to < end && six(text[to]) >= 0) {
      to++;
    }
    return to;
  }
}
