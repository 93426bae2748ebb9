package dev.gatekeeper.redaction;

import dev.gatekeeper.wire.Octets;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of one JSON string: from what is written to the UTF-8 that it means, and back. A lone
 * surrogate becomes the three bytes that it would have, which no valid text holds. A backslash that
 * starts no escape stands for itself, so that any text can be read in this way.
 */
final class JsonText {
  private final byte[] raw;
  private final int start;
  private final int end;

  private int at;
  private int decoded;

  /** The content without its quotes. */
  JsonText(byte[] raw, int start, int end) {
    this.raw = raw;
    this.start = start;
    this.end = end;
  }

  /** Writes what the string means; never more bytes than are written. Gives the length. */
  int decode(byte[] out) {
    int to = 0;
    at = start;
    while (true) {
      int plain = at;
      at = Octets.either(raw, plain, end, '\\', '\\');
      System.arraycopy(raw, plain, out, to, at - plain);
      to += at - plain;
      if (at == end) {
        return to;
      }
      to += utf8(escape(), out, to);
    }
  }

  /**
   * Where the spans of the decoded text stand in what is written, widened to whole characters.
   *
   * @param spans in order, without overlap
   */
  List<Span> written(List<Span> spans) {
    at = start;
    decoded = 0;
    List<Span> written = new ArrayList<>();
    int least = start;
    for (Span span : spans) {
      int from = at;
      while (decoded <= span.start()) {
        from = at;
        step();
      }
      while (decoded < span.end()) {
        step();
      }
      written.add(new Span(Math.max(from, least), at, span.references()));
      least = at;
    }
    return written;
  }

  /** Passes one character, or one byte of what is none. */
  private void step() {
    int b = raw[at];
    if (b == '\\') {
      decoded += utf8(escape(), new byte[4], 0);
    } else {
      int length = b < (byte) 0xc0 || b >= 0 ? 1 : b < (byte) 0xe0 ? 2 : b < (byte) 0xf0 ? 3 : 4;
      length = Math.min(length, end - at);
      at += length;
      decoded += length;
    }
  }

  /** Passes one escape, or two that make a pair. Gives the code point. */
  private int escape() {
    int b = at + 1 < end ? raw[at + 1] : 0;
    int plain =
        switch (b) {
          case '"', '\\', '/' -> b;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> unit(at);
          default -> -1;
        };
    if (plain < 0) {
      at++;
      return '\\';
    }
    at += b == 'u' ? 6 : 2;
    if (b == 'u' && plain >= 0xd800 && plain < 0xdc00) {
      int low = unit(at);
      if (low >= 0xdc00 && low < 0xe000) {
        at += 6;
        return Character.toCodePoint((char) plain, (char) low);
      }
    }
    return plain;
  }

  /** The code unit of the escape of six bytes there, or -1 where there is none. */
  private int unit(int from) {
    if (end - from < 6 || raw[from] != '\\' || raw[from + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = from + 2; i < from + 6; i++) {
      int digit = Character.digit(raw[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private static int utf8(int point, byte[] out, int to) {
    if (point < 0x80) {
      out[to] = (byte) point;
      return 1;
    }
    int length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (int i = length - 1, rest = point; i > 0; i--, rest >>= 6) {
      out[to + i] = (byte) (0x80 | (rest & 0x3f));
    }
    out[to] = (byte) (0xf00 >> length | (point >> (6 * (length - 1))));
    return length;
  }
}
