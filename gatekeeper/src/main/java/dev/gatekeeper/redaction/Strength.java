package dev.gatekeeper.redaction;

import dev.gatekeeper.redaction.reading.Armour;

/**
 * How hard a value is to guess, as a number of bits that its characters could hold at most. An
 * estimate from above: it knows no words and no dates, so a low number is bad news and a high one
 * no promise.
 */
public final class Strength {
  /** Below this, a value that leaves as a hash is found again: ten characters at random. */
  public static final int WEAK_BITS = 60;

  private static final double LOG_2 = Math.log(2);

  private Strength() {}

  /** Length of the provider's prefix that a value starts with, which everybody knows; or 0. */
  public static int prefix(byte[] value) {
    return Tokens.prefix(value);
  }

  /** Estimated bits of a value; prefixes of providers do not count. */
  public static int bits(byte[] value) {
    int from = Tokens.prefix(value);
    int length = value.length - from;
    if (length <= 0) {
      return 0;
    }
    int steps = 0;
    for (int i = from + 1; i < value.length; i++) {
      int step = value[i] - value[i - 1];
      steps += step >= -1 && step <= 1 ? 1 : 0; // aaaa, abcd, 4321
    }
    int distinct = Redactor.distinct(value, from, value.length);
    // A character that repeats or follows its neighbour tells one bit, of yes or no.
    double each = Math.min(Math.log(alphabet(value, from)), Math.log(distinct) + LOG_2) / LOG_2;
    return (int) ((length - steps) * each + steps);
  }

  /** Of so many characters each one seems to be chosen. */
  private static int alphabet(byte[] value, int from) {
    boolean hex = true;
    boolean digits = false;
    boolean lower = false;
    boolean upper = false;
    boolean other = false;
    boolean bytes = false;
    for (int i = from; i < value.length; i++) {
      byte b = value[i];
      hex &= Armour.hex(b) >= 0;
      digits |= b >= '0' && b <= '9';
      lower |= b >= 'a' && b <= 'z';
      upper |= b >= 'A' && b <= 'Z';
      other |= b >= ' ' && b < 0x7f && !isWord(b);
      bytes |= b < ' ';
    }
    if (bytes) {
      return 256;
    }
    if (hex && digits && !(lower && upper)) {
      return lower || upper ? 16 : 10;
    }
    return (digits ? 10 : 0) + (lower ? 26 : 0) + (upper ? 26 : 0) + (other ? 33 : 0);
  }

  private static boolean isWord(byte b) {
    return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
  }
}
