package dev.gatekeeper.fingerprint.print;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * The part of a value that has to be hard to guess, lest the value can be guessed by who knows all
 * the rest: an identifier or a host may look drawn at random and be public, while the password
 * beside it was thought up. Of a value with members, such as JSON or settings, it cannot be told
 * which of them that is, and there is none.
 *
 * @param start in the value
 * @param end in the value; no more than {@code start} where there is none
 */
record Core(int start, int end) {
  private static final Core NONE = new Core(0, 0);

  /** With it a PEM file begins, as {@link Lines} leave it. */
  private static final byte[] ARMOUR = "BEGIN ".getBytes(US_ASCII);

  private static final byte[] SCHEME = "://".getBytes(US_ASCII);

  /** What stands between members, or around one. */
  private static final String OF_MEMBERS = "@?&#,;=\"'(){}[]<>|\n";

  /** That of a value without blanks around it; of one of several lines, of its bare ones. */
  static Core of(byte[] value) {
    if (startsWith(value, 0, ARMOUR) && index(value, 0, value.length, '\n') < value.length) {
      return new Core(0, value.length);
    }
    int scheme = 0;
    while (scheme < value.length && !startsWith(value, scheme, SCHEME)) {
      scheme++;
    }
    int start = scheme < value.length ? scheme + SCHEME.length : 0;
    int at = index(value, start, value.length, '@');
    if (start > 0 && at < value.length) {
      int colon = index(value, start, at, ':');
      return new Core(colon < at ? colon + 1 : start, at);
    }
    int end = value.length;
    while (end > start && value[end - 1] == '=') {
      end--; // of base64
    }
    for (int i = start; i < end; i++) {
      if (value[i] > 0 && OF_MEMBERS.indexOf(value[i]) >= 0) {
        return NONE;
      }
      start = value[i] == ':' || value[i] == ' ' || value[i] == '\t' ? i + 1 : start;
    }
    return new Core(start, end);
  }

  private static int index(byte[] value, int from, int to, char sign) {
    int at = from;
    while (at < to && value[at] != sign) {
      at++;
    }
    return at;
  }

  private static boolean startsWith(byte[] value, int at, byte[] what) {
    return value.length - at >= what.length
        && Arrays.equals(value, at, at + what.length, what, 0, what.length);
  }
}
