package dev.gatekeeper.fingerprint.print;

/** Hexadecimal digits, of which each tells four bits where they are drawn at random. */
final class Hexadecimal {
  /** Of fewer digits too little would be left. */
  private static final int LEAST = 32;

  /** Different ones of the sixteen: with 32 at random there are fewer once in 100,000 times. */
  private static final int DIFFERENT = 8;

  /** Of a UUID. */
  private static final int DIGITS = 32;

  private Hexadecimal() {}

  /** Whether it may be drawn at random: long, of one case, of digits and letters, of many. */
  static boolean isUniform(byte[] word) {
    int seen = 0;
    boolean lower = false;
    boolean upper = false;
    for (byte b : word) {
      int digit = b < 0 ? -1 : Character.digit(b, 16);
      if (digit < 0) {
        return false;
      }
      seen |= 1 << digit;
      lower |= b >= 'a';
      upper |= b >= 'A' && b <= 'F';
    }
    return word.length >= LEAST && lower != upper && Integer.bitCount(seen) >= DIFFERENT;
  }

  /** Whether a UUID of another kind than the random one is in it: of a time, a device, a name. */
  static boolean isTimeOrName(byte[] word) {
    for (int at = 0; at + DIGITS <= word.length; at++) {
      if (isHyphened(word, at) ? word[at + 14] != '4' : isPlain(word, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHyphened(byte[] word, int at) {
    for (int i = 0; i < DIGITS + 4; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (at + i == word.length || (hyphen ? word[at + i] != '-' : !isDigit(word, at + i))) {
        return false;
      }
    }
    return true;
  }

  /** Without hyphens: 32 digits by themselves, with the mark of a variant and of a version. */
  private static boolean isPlain(byte[] word, int at) {
    if ((at > 0 && isDigit(word, at - 1)) || isDigit(word, at + DIGITS)) {
      return false;
    }
    for (int i = at; i < at + DIGITS; i++) {
      if (!isDigit(word, i)) {
        return false;
      }
    }
    boolean variant = "89abAB".indexOf(word[at + 16]) >= 0;
    return variant && "13567".indexOf(word[at + 12]) >= 0;
  }

  private static boolean isDigit(byte[] word, int at) {
    return at < word.length && word[at] > 0 && Character.digit(word[at], 16) >= 0;
  }
}
