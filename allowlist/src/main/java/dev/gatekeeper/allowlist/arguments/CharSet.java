package dev.gatekeeper.allowlist.arguments;

import java.util.Arrays;

/**
 * A set of code points.
 *
 * @param bounds first and last of each range, in turn
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CharSet(int[] bounds, boolean negated) {
  static final CharSet ANY = new CharSet(new int[] {'\n', '\n', '\r', '\r', 0x2028, 0x2029}, true);
  static final CharSet DIGIT = new CharSet(new int[] {'0', '9'}, false);
  static final CharSet WORD =
      new CharSet(new int[] {'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}, false);

  /** White space and line ends of ECMA-262. */
  static final CharSet SPACE =
      new CharSet(
          new int[] {
            '\t', '\r', ' ', ' ', 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029,
            0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff
          },
          false);

  static CharSet of(int point) {
    return new CharSet(new int[] {point, point}, false);
  }

  boolean contains(int point) {
    for (int i = 0; i < bounds.length; i += 2) {
      if (point >= bounds[i] && point <= bounds[i + 1]) {
        return !negated;
      }
    }
    return negated;
  }

  CharSet complement() {
    return new CharSet(bounds, !negated);
  }

  /** This set and {@code other}; neither is negated. */
  CharSet with(CharSet other) {
    int[] all = Arrays.copyOf(bounds, bounds.length + other.bounds.length);
    System.arraycopy(other.bounds, 0, all, bounds.length, other.bounds.length);
    return new CharSet(all, false);
  }
}
