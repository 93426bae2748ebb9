package dev.gatekeeper.redaction;

import java.util.Arrays;
import java.util.List;

/**
 * Long runs of letters and digits, read as base64 (both alphabets) or as hexadecimal: for values
 * that are escaped or encoded once more inside of what was encoded. What is encoded once is found
 * without this, wherever it stands.
 */
final class Armour {
  /** Shortest run: eight bytes as base64 are eleven characters, but those need no reading. */
  static final int SHORTEST = 16;

  /** Longer runs are read from their first character on only, and not from the next ones, too. */
  private static final int LOOSE = 16_384;

  private static final int BASE64_STARTS = 4;
  private static final int HEX_STARTS = 2;

  private static final byte[] SIX_BITS = new byte[256];
  private static final byte[] FOUR_BITS = new byte[256];
  private static final boolean[] TEXT = new boolean[256];

  static {
    Arrays.fill(SIX_BITS, (byte) -1);
    Arrays.fill(FOUR_BITS, (byte) -1);
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < digits.length(); i++) {
      SIX_BITS[digits.charAt(i)] = (byte) i;
    }
    SIX_BITS['-'] = 62;
    SIX_BITS['_'] = 63;
    for (int i = 0; i < 16; i++) {
      FOUR_BITS["0123456789abcdef".charAt(i)] = (byte) i;
      FOUR_BITS["0123456789ABCDEF".charAt(i)] = (byte) i;
    }
    Arrays.fill(TEXT, ' ', 0x7f, true);
    TEXT['\t'] = true;
    TEXT['\n'] = true;
    TEXT['\r'] = true;
  }

  /** What is done with a piece of text that was encoded. */
  interface Within {
    /** Finds what to mask between two places of the decoded bytes, in order, without overlap. */
    List<Span> search(byte[] decoded, int start, int end);
  }

  private final byte[] text;
  private final int end;
  private final int least;
  private final Within within;
  private final List<Span> found;
  private byte[] decoded = {};

  /**
   * @param least shortest text that can hold anything
   * @param found takes what to mask, in terms of what is written
   */
  Armour(byte[] text, int end, int least, Within within, List<Span> found) {
    this.text = text;
    this.end = end;
    this.least = least;
    this.within = within;
    this.found = found;
  }

  /** The place of the digit's value in the alphabet, or -1. */
  static int hex(byte digit) {
    return FOUR_BITS[digit & 0xff];
  }

  /** Whether every character of a text belongs to base64. */
  static boolean isBase64(byte[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (SIX_BITS[text[i] & 0xff] < 0) {
        return false;
      }
    }
    return true;
  }

  /** First place from {@code start} at which a long run starts; {@code end} where none does. */
  static int run(byte[] text, int start, int end) {
    int least = start; // no run starts before
    while (end - least >= SHORTEST) {
      int from = least + SHORTEST;
      while (from > least && SIX_BITS[text[from - 1] & 0xff] >= 0) {
        from--;
      }
      if (from == least) {
        return least;
      }
      least = from;
    }
    return end;
  }

  /** Where the run that ends there starts. */
  static int start(byte[] text, int start, int end) {
    int from = end;
    while (from > start && SIX_BITS[text[from - 1] & 0xff] >= 0) {
      from--;
    }
    return from;
  }

  /** Where the run that starts there ends. */
  static int stop(byte[] text, int start, int end) {
    int to = start;
    while (to < end && SIX_BITS[text[to] & 0xff] >= 0) {
      to++;
    }
    return to;
  }

  /** Reads all runs, the first of which starts there. */
  void read(int first) {
    for (int from = first; from < end; ) {
      int to = stop(text, from + SHORTEST, end);
      int starts = to - from < LOOSE ? BASE64_STARTS : 1;
      for (int i = 0; i < starts; i++) {
        base64(from + i, to);
      }
      hex(from, to);
      from = run(text, to, end);
    }
  }

  /**
   * Decodes only what has a text in it: of eight bytes in a row two groups of three are whole, and
   * of two neighbours one has an even number.
   */
  private void base64(int from, int to) {
    int groups = (to - from) / 4;
    for (int group = 0; group < groups; group += 2) {
      if (!isText(bits(from + 4 * group))) {
        continue;
      }
      int first = group;
      while (first > 0 && isText(bits(from + 4 * (first - 1)))) {
        first--;
      }
      int last = group;
      while (last + 1 < groups && isText(bits(from + 4 * (last + 1)))) {
        last++;
      }
      if (last > first) {
        // With the neighbours: a text ends inside of them.
        base64(from + 4 * Math.max(0, first - 1), from, to, Math.min(groups, last + 2));
        group = (last + 1) & ~1;
      }
    }
  }

  private void base64(int at, int from, int to, int groups) {
    int first = at;
    int length = 0;
    room(from + 4 * groups - at); // three quarters of it, and the tail
    for (; at < from + 4 * groups; at += 4) {
      int bits = bits(at);
      decoded[length] = (byte) (bits >> 16);
      decoded[length + 1] = (byte) (bits >> 8);
      decoded[length + 2] = (byte) bits;
      length += 3;
    }
    if (to - at < 4) {
      int bits = 0;
      for (int i = at; i < at + 4; i++) {
        bits = bits << 6 | (i < to ? SIX_BITS[text[i] & 0xff] : 0);
      }
      for (int i = 0; i + 1 < to - at; i++) {
        decoded[length++] = (byte) (bits >> (16 - 8 * i));
      }
    }
    texts(length, first, to, 3, 4);
  }

  private void room(int length) {
    if (decoded.length < length) {
      decoded = new byte[Math.max(length, 2 * decoded.length)];
    }
  }

  /** Three bytes, of four characters. */
  private int bits(int at) {
    return SIX_BITS[text[at] & 0xff] << 18
        | SIX_BITS[text[at + 1] & 0xff] << 12
        | SIX_BITS[text[at + 2] & 0xff] << 6
        | SIX_BITS[text[at + 3] & 0xff];
  }

  private static boolean isText(int bits) {
    return (bits & 0x808080) == 0
        && TEXT[bits >> 16]
        && TEXT[bits >> 8 & 0xff]
        && TEXT[bits & 0xff];
  }

  private void hex(int from, int to) {
    int first = from; // nothing before is part of a run
    while (to - first >= SHORTEST) {
      int at = first + SHORTEST;
      while (at > first && FOUR_BITS[text[at - 1] & 0xff] >= 0) {
        at--;
      }
      if (at > first) {
        first = at;
        continue;
      }
      at += SHORTEST;
      while (at < to && FOUR_BITS[text[at] & 0xff] >= 0) {
        at++;
      }
      room((at - first) / 2);
      for (int i = 0; i < HEX_STARTS; i++) {
        int length = 0;
        for (int j = first + i; j + 2 <= at; j += 2) {
          decoded[length++] =
              (byte) (FOUR_BITS[text[j] & 0xff] << 4 | FOUR_BITS[text[j + 1] & 0xff]);
        }
        texts(length, first + i, at, 1, 2);
      }
      first = at;
    }
  }

  /**
   * Every escape and every encoding is printable ASCII, while noise, or a word that was taken for
   * base64, hardly ever has eight such bytes in a row.
   */
  private void texts(int length, int from, int to, int bytes, int characters) {
    int first = 0; // nothing before is part of a text
    while (length - first >= least) {
      int at = first + least;
      while (at > first && TEXT[decoded[at - 1] & 0xff]) {
        at--;
      }
      if (at > first) {
        first = at;
        continue;
      }
      at += least;
      while (at < length && TEXT[decoded[at] & 0xff]) {
        at++;
      }
      for (Span span : within.search(decoded, first, at)) {
        int stop = (span.end() + bytes - 1) / bytes * characters;
        found.add(
            new Span(
                from + span.start() / bytes * characters,
                Math.min(from + stop, to),
                span.references()));
      }
      first = at;
    }
  }
}
