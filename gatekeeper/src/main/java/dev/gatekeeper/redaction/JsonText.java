package dev.gatekeeper.redaction;

import dev.gatekeeper.wire.Octets;

/**
 * The content of one JSON string, exactly as a parser reads it. A lone surrogate becomes the three
 * bytes that it would have, which no valid text holds. A backslash that starts no escape stands for
 * itself.
 */
final class JsonText extends Reading {
  /** The content without its quotes. */
  JsonText(byte[] raw, int start, int end) {
    super(raw, start, end);
  }

  @Override
  int plain(int from) {
    return Octets.either(raw, from, end, '\\', '\\');
  }

  /** As above; escapes are close together, so that copying in pieces takes most of the time. */
  @Override
  int decode(byte[] out) {
    int to = 0;
    int at = start;
    while (at < end) {
      int copied = Octets.copy(raw, at, end, '\\', out, to);
      to += copied;
      at += copied;
      if (at < end) {
        at = read(at);
        for (int i = 0; i < count; i++) {
          out[to++] = unit[i];
        }
      }
    }
    return to;
  }

  @Override
  int read(int at) {
    int point =
        switch (at + 1 < end ? raw[at + 1] : 0) {
          case '"', '\\', '/' -> raw[at + 1];
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> unicode(at);
          default -> -1;
        };
    if (point < 0) {
      utf8('\\');
      return at + 1;
    }
    utf8(point);
    return at + (raw[at + 1] != 'u' ? 2 : point > 0xffff ? 12 : 6);
  }
}
