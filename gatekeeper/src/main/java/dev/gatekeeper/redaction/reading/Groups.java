package dev.gatekeeper.redaction.reading;

import java.util.Arrays;

/**
 * What a few characters of a run are, in all readings at once: their bits as base64, and in which
 * readings they can be no part of a text.
 */
final class Groups {
  /** In each of six bytes. */
  private static final long ONES = 0x010101010101L;

  static final int BASE64_STARTS = 4;
  static final int HEX_STARTS = 2;

  /** The highest bits of {@link #GROUPS}: one for each reading, and one for no run at all. */
  static final int READING = 24;

  static final int BASE64 = ((1 << BASE64_STARTS) - 1) << READING;
  static final int HEX = ((1 << HEX_STARTS) - 1) << (READING + BASE64_STARTS);
  static final int NO_RUN = 1 << (READING + BASE64_STARTS + HEX_STARTS);

  /** The reading of base64 from the first character of a run. */
  static final int STRAIGHT = 1 << READING;

  /**
   * Of a character at each place of a group of four: its six bits, where they stand in the group's
   * 24; above these, a bit for each reading that it cannot be part of a text in: base64 from each
   * of four starts, hexadecimal from each of two. Those of a group are those of its characters.
   */
  private static final int[] GROUPS = new int[4 * 256];

  /** Of two characters, the first of them lowest: twelve bits, and what they are not. */
  static final char[] PAIRS = new char[1 << 16];

  static final int NO_DIGITS = 1 << 12;
  static final int NO_PAIR = 1 << 13;

  static final byte[] FOUR_BITS = new byte[256];
  static final boolean[] TEXT = new boolean[256];

  static {
    Arrays.fill(FOUR_BITS, (byte) -1);
    for (int i = 0; i < 16; i++) {
      FOUR_BITS["0123456789abcdef".charAt(i)] = (byte) i;
      FOUR_BITS["0123456789ABCDEF".charAt(i)] = (byte) i;
    }
    Arrays.fill(TEXT, ' ', 0x7f, true);
    TEXT['\t'] = true;
    TEXT['\n'] = true;
    TEXT['\r'] = true;
    for (int c = 0; c < 256; c++) {
      for (int place = 0; place < 4; place++) {
        int six = Runs.six((byte) c);
        int group = six < 0 ? NO_RUN | BASE64 : six << (18 - 6 * place);
        for (int start = 0; start < BASE64_STARTS; start++) {
          if (six >= 0 && !mayBeText(six, place - start & 3)) {
            group |= 1 << (READING + start);
          }
        }
        for (int start = 0; start < HEX_STARTS; start++) {
          boolean upper = (place - start & 1) == 0;
          if (FOUR_BITS[c] < 0 || (upper && !isText(FOUR_BITS[c] << 4, 0xf))) {
            group |= 1 << (READING + BASE64_STARTS + start);
          }
        }
        GROUPS[256 * place + c] = group;
      }
      for (int next = 0; next < 256; next++) {
        int twelve = Runs.six((byte) c) << 6 | Runs.six((byte) next);
        boolean digits = FOUR_BITS[c] >= 0 && FOUR_BITS[next] >= 0;
        PAIRS[next << 8 | c] = (char) (twelve < 0 ? NO_PAIR : twelve | (digits ? 0 : NO_DIGITS));
      }
    }
  }

  /** Whether a character at that place of a group of base64 leaves it what may be a text. */
  private static boolean mayBeText(int six, int place) {
    return switch (place) {
      case 0 -> isText(six << 2, 0x3);
      case 1 -> isText(six << 4 & 0xff, 0xf);
      case 2 -> isText(six << 6 & 0xff, 0x3f);
      default -> true;
    };
  }

  /** Whether a byte of a text has these bits, whatever its lowest are. */
  private static boolean isText(int octet, int unknown) {
    for (int rest = 0; rest <= unknown; rest++) {
      if (TEXT[octet | rest]) {
        return true;
      }
    }
    return false;
  }

  private Groups() {}

  /** What four characters are. */
  static int group(int four) {
    return GROUPS[four & 0xff]
        | GROUPS[0x100 | ((four >>> 8) & 0xff)]
        | GROUPS[0x200 | ((four >>> 16) & 0xff)]
        | GROUPS[0x300 | four >>> 24];
  }

  static int group(byte[] text, int at) {
    return GROUPS[text[at] & 0xff]
        | GROUPS[0x100 | (text[at + 1] & 0xff)]
        | GROUPS[0x200 | (text[at + 2] & 0xff)]
        | GROUPS[0x300 | (text[at + 3] & 0xff)];
  }

  /** Three bytes of a group. */
  static boolean isText(int group) {
    return (group & (NO_RUN | 0x808080)) == 0
        && TEXT[group >> 16 & 0xff]
        && TEXT[group >> 8 & 0xff]
        && TEXT[group & 0xff];
  }

  /** Six bytes: all printable, as most are, or with tabs and ends of lines among them. */
  static boolean isText(long octets) {
    long highs = 0x80 * ONES;
    if (((octets | octets - 0x20 * ONES | octets + ONES) & highs) == 0) {
      return true;
    }
    long other = (octets ^ '\t' * ONES) + 0x7f * ONES;
    other &= (octets ^ '\n' * ONES) + 0x7f * ONES;
    other &= (octets ^ '\r' * ONES) + 0x7f * ONES;
    return (octets & highs) == 0
        && (((~(octets + 0x60 * ONES) & other) | octets + ONES) & highs) == 0;
  }
}
