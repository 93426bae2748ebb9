package dev.gatekeeper.audit.verify.line;

import java.util.Arrays;

/**
 * RFC 4648 base64url without padding, in its one canonical spelling. The JDK's decoder takes stray
 * bits in the last character, so that two texts would stand for the same bytes.
 */
public final class Base64Url {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final byte[] VALUES = new byte[256];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      VALUES[ALPHABET.charAt(i)] = (byte) i;
    }
  }

  private Base64Url() {}

  /** How many characters stand for {@code length} bytes. */
  static int characters(int length) {
    return (length * 8 + 5) / 6;
  }

  /**
   * Whether the characters in {@code [start, end)} are the canonical text of {@code length} bytes.
   */
  public static boolean isCanonical(byte[] text, int start, int end, int length) {
    if (end - start != characters(length)) {
      return false;
    }
    int all = 0;
    for (int i = start; i < end; i++) {
      all |= VALUES[text[i] & 0xFF];
    }
    if (all < 0) {
      return false;
    }
    int stray = (end - start) * 6 - length * 8;
    return (VALUES[text[end - 1] & 0xFF] & ((1 << stray) - 1)) == 0;
  }

  /** The bytes of a canonical text. */
  public static byte[] decode(byte[] text, int start, int length) {
    byte[] bytes = new byte[length];
    int bits = 0;
    int count = 0;
    int at = start;
    for (int i = 0; i < length; i++) {
      while (count < 8) {
        bits = bits << 6 | VALUES[text[at++] & 0xFF];
        count += 6;
      }
      count -= 8;
      bytes[i] = (byte) (bits >>> count);
    }
    return bytes;
  }

  /** Whether a canonical text stands for {@code bytes}. */
  public static boolean matches(byte[] text, int start, byte[] bytes) {
    return matches(text, start, bytes, 0, bytes.length);
  }

  /** Whether a text stands for {@code bytes[from, to)}. */
  static boolean matches(byte[] text, int start, byte[] bytes, int from, int to) {
    int at = start;
    int i = from;
    while (i + 3 <= to) {
      int group = (bytes[i] & 0xFF) << 16 | (bytes[i + 1] & 0xFF) << 8 | (bytes[i + 2] & 0xFF);
      if (group
          != (VALUES[text[at] & 0xFF] << 18
              | VALUES[text[at + 1] & 0xFF] << 12
              | VALUES[text[at + 2] & 0xFF] << 6
              | VALUES[text[at + 3] & 0xFF])) {
        return false;
      }
      i += 3;
      at += 4;
    }
    int group = 0;
    int bits = 0;
    for (; i < to; i++) {
      while (bits < 8) {
        group = group << 6 | VALUES[text[at++] & 0xFF];
        bits += 6;
      }
      bits -= 8;
      if ((byte) (group >>> bits) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
