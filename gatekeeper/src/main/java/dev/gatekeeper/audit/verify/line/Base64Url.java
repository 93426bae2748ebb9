package dev.gatekeeper.audit.verify.line;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * RFC 4648 base64url without padding, in its one canonical spelling. The JDK's decoder takes stray
 * bits in the last character, so that two texts would stand for the same bytes.
 */
public final class Base64Url {
  private static final byte[] CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUES = new byte[256];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < CHARACTERS.length; i++) {
      VALUES[CHARACTERS[i]] = (byte) i;
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
    return end == start || (VALUES[text[end - 1] & 0xFF] & ((1 << stray) - 1)) == 0;
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

  /** Whether the text of {@code bytes} stands at {@code start}. */
  public static boolean matches(byte[] text, int start, byte[] bytes) {
    byte[] expected = new byte[characters(bytes.length)];
    encode(bytes, 0, bytes.length, expected);
    return Arrays.equals(text, start, start + expected.length, expected, 0, expected.length);
  }

  /** Writes the text of {@code bytes[from, to)} to {@code text}. */
  static void encode(byte[] bytes, int from, int to, byte[] text) {
    int i = from;
    int at = 0;
    for (; i + 3 <= to; i += 3) {
      int group = (bytes[i] & 0xFF) << 16 | (bytes[i + 1] & 0xFF) << 8 | (bytes[i + 2] & 0xFF);
      text[at++] = CHARACTERS[group >>> 18];
      text[at++] = CHARACTERS[group >>> 12 & 63];
      text[at++] = CHARACTERS[group >>> 6 & 63];
      text[at++] = CHARACTERS[group & 63];
    }
    if (i < to) {
      int group = (bytes[i] & 0xFF) << 16 | (i + 1 < to ? (bytes[i + 1] & 0xFF) << 8 : 0);
      text[at++] = CHARACTERS[group >>> 18];
      text[at++] = CHARACTERS[group >>> 12 & 63];
      if (i + 1 < to) {
        text[at] = CHARACTERS[group >>> 6 & 63];
      }
    }
  }
}
