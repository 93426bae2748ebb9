package dev.gatekeeper.fingerprint.scan;

import dev.gatekeeper.fingerprint.print.Windows;
import dev.gatekeeper.redaction.reading.Armour;
import dev.gatekeeper.redaction.reading.Runs;
import dev.gatekeeper.redaction.reading.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes in which every other one is zero, as UTF-16 has them of ASCII; the same in base64 and in
 * hexadecimal, where nothing else takes them for a text; and hexadecimal whose bytes are divided.
 */
final class Wide {
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /** Of a word, the bytes at even places. */
  private static final long EVEN = 0x00ff00ff00ff00ffL;

  /** Digits around those that look like it, at most: of a value of eight characters. */
  private static final int AROUND = 24;

  /** Finds what is in a text, and says where it is. */
  interface Below {
    List<Span> search(byte[] meant, int length, String encoding);
  }

  private final Below below;
  private final List<Span> found;

  Wide(Below below, List<Span> found) {
    this.below = below;
    this.found = found;
  }

  /** Stretches of a text in which every other byte is zero. */
  void plain(byte[] text, int start, int end) {
    for (int at = start; at <= end - Windows.BYTES; at += Windows.BYTES) {
      long word = Windows.word(text, at);
      boolean even = (word & EVEN) == 0;
      if (even == ((word & ~EVEN) == 0)) {
        continue;
      }
      int from = at;
      while (from - 2 >= start && isWide(text, from - 2, even)) {
        from -= 2;
      }
      int to = at;
      while (to + 2 <= end && isWide(text, to, even)) {
        to += 2;
      }
      narrow(text, start, end, even ? from - 1 : from, even ? to : to + 1);
      at = Math.max(at, to - Windows.BYTES);
    }
  }

  private static boolean isWide(byte[] text, int at, boolean even) {
    return even ? text[at] == 0 && text[at + 1] != 0 : text[at] != 0 && text[at + 1] == 0;
  }

  /**
   * Reads the letters. Where a stretch begins tells nothing of the byte order: the first letter of
   * little-endian text may have no zero before it, the last of big-endian text none behind it.
   *
   * @param first place of the first letter, which may lie before {@code start}
   * @param last place behind the last letter, which may lie behind {@code end}
   */
  private void narrow(byte[] text, int start, int end, int first, int last) {
    int base = first < start ? first + 2 : first;
    byte[] narrow = new byte[Math.max(0, Math.min(end, last) - base + 1) / 2];
    if (narrow.length < Windows.BYTES) {
      return;
    }
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = text[base + 2 * i];
    }
    for (Span span : below.search(narrow, narrow.length, "utf-16")) {
      int from = Math.max(start, base + 2 * span.start() - 1);
      add(from, Math.min(end, base + 2 * span.end()), span);
    }
  }

  private void add(int from, int to, Span span) {
    found.add(new Span(from, to, span.references()));
  }

  /**
   * Runs of base64 and hexadecimal that have so many zeros: of eight digits in a row two are A in
   * base64, four are 0 in hexadecimal.
   */
  void encoded(byte[] text, int first, int end) {
    for (int run = first; run < end; ) {
      int stop = Runs.stop(text, run, end);
      for (int at = run; at <= stop - 8; at += 8) {
        int from = at;
        while (at <= stop - 8 && isSparse(text, at, run, stop)) {
          at += 8;
        }
        if (at > from) {
          stretch(text, Math.max(run, from - AROUND), Math.min(stop, at + AROUND));
        }
      }
      run = Runs.first(text, stop, end);
    }
  }

  private void stretch(byte[] text, int from, int to) {
    for (int shift = 0; shift < 4; shift++) {
      base64(text, from + shift, to);
    }
    hex(text, from, to);
    hex(text, from + 1, to);
  }

  /** Of random digits one word in 140 has two, and few have others beside them. */
  private static boolean isSparse(byte[] text, int at, int run, int stop) {
    long word = Windows.word(text, at);
    if (count(word, 'A') < 2) {
      return count(word, '0') >= 4;
    }
    return (at >= run + 8 && count(Windows.word(text, at - 8), 'A') > 0)
        || (at <= stop - 16 && count(Windows.word(text, at + 8), 'A') > 0)
        || stop - run < 32;
  }

  private static int count(long word, char digit) {
    return Long.bitCount(places(word, digit));
  }

  /** The high bit of each byte that is this one. */
  private static long places(long word, char which) {
    long others = word ^ ONES * which;
    return ~(((others & ~HIGHS) + ~HIGHS) | others) & HIGHS;
  }

  private void base64(byte[] text, int from, int to) {
    byte[] decoded = new byte[Math.max(0, (to - from + 3) / 4 * 3)];
    int length = 0;
    for (int i = from; i < to; i += 4) {
      int bits = 0;
      for (int j = i; j < i + 4; j++) {
        bits = bits << 6 | (j < to ? Runs.six(text[j]) : 0);
      }
      decoded[length++] = (byte) (bits >> 16);
      decoded[length++] = (byte) (bits >> 8);
      decoded[length++] = (byte) bits;
    }
    decoded(decoded, "base64")
        .forEach(
            span -> {
              int last = Math.min(to, from + (span.end() + 2) / 3 * 4);
              add(from + span.start() / 3 * 4, last, span);
            });
  }

  private void hex(byte[] text, int from, int to) {
    byte[] decoded = new byte[Math.max(0, to - from) / 2];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] =
          (byte) (Armour.hex(text[from + 2 * i]) << 4 | (Armour.hex(text[from + 2 * i + 1]) & 0xf));
    }
    decoded(decoded, "hex")
        .forEach(span -> add(from + 2 * span.start(), from + 2 * span.end(), span));
  }

  private List<Span> decoded(byte[] decoded, String encoding) {
    List<Span> inside = new ArrayList<>(0);
    Below outer = (meant, length, name) -> below.search(meant, length, name + " in " + encoding);
    new Wide(outer, inside).plain(decoded, 0, decoded.length);
    return inside;
  }

  /** Pairs of digits with one and the same sign between them, as certificates are printed. */
  void divided(byte[] text, int start, int end) {
    int last = end - Windows.BYTES - 6;
    for (int at = start + 2; at < end; ) {
      int to = Math.min(end, at + Windows.BYTES);
      if (at <= last && (every(text, at, ':') | every(text, at, ' ') | every(text, at, '-')) == 0) {
        at = to;
        continue;
      }
      while (at < to) {
        at = Math.max(at + 1, divided(text, at, start, end));
      }
    }
  }

  /** The places of eight at which a sign stands that is there again three and six bytes on. */
  private static long every(byte[] text, int at, char sign) {
    return places(Windows.word(text, at), sign)
        & places(Windows.word(text, at + 3), sign)
        & places(Windows.word(text, at + 6), sign);
  }

  /** Reads what is divided there for the first time. Gives the place behind it. */
  private int divided(byte[] text, int at, int start, int end) {
    byte sign = text[at];
    if ((sign != ':' && sign != ' ' && sign != '-') || !isPair(text, at - 2)) {
      return at;
    }
    int to = at;
    while (to + 2 < end && text[to] == sign && isPair(text, to + 1)) {
      to += 3;
    }
    int from = at - 2;
    if (from >= start && (to - from) / 3 >= Windows.BYTES) {
      pairs(text, from, (to - from + 1) / 3);
    }
    return to > at ? to - 1 : at;
  }

  private static boolean isPair(byte[] text, int at) {
    return Armour.hex(text[at]) >= 0 && Armour.hex(text[at + 1]) >= 0;
  }

  private void pairs(byte[] text, int from, int count) {
    byte[] decoded = new byte[count];
    for (int i = 0; i < count; i++) {
      decoded[i] =
          (byte) (Armour.hex(text[from + 3 * i]) << 4 | Armour.hex(text[from + 3 * i + 1]));
    }
    for (Span span : below.search(decoded, count, "hex")) {
      add(from + 3 * span.start(), from + 3 * span.end() - 1, span);
    }
  }
}
