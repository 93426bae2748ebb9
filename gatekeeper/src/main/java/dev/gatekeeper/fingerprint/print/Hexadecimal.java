package dev.gatekeeper.fingerprint.print;

/** Hexadecimal digits, of which each tells four bits where they are drawn at random. */
final class Hexadecimal {
  /** Of fewer digits too little would be left. */
  private static final int LEAST = 32;

  /** Different ones of the sixteen: with 32 at random there are fewer once in 100,000 times. */
  private static final int DIFFERENT = 8;

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

  /** Whether it is a UUID of another kind than the random one: of a time, a device, a name. */
  static boolean isTimeOrName(byte[] word) {
    if (word.length != 36) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (hyphen ? word[i] != '-' : word[i] < 0 || Character.digit(word[i], 16) < 0) {
        return false;
      }
    }
    return word[14] != '4';
  }
}
