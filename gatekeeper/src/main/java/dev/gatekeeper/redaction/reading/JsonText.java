package dev.gatekeeper.redaction.reading;

import dev.gatekeeper.json.Octets;

/**
 * The content of one JSON string, exactly as a parser reads it. A lone surrogate becomes the three
 * bytes that it would have, which no valid text holds. A backslash that starts no escape stands for
 * itself.
 */
public final class JsonText extends Reading {
  /** What a backslash and one character stand for. */
  private static final byte[] SIMPLE = new byte[256];

  static {
    String escaped = "\"\\/bfnrt";
    String meant = "\"\\/\b\f\n\r\t";
    for (int i = 0; i < escaped.length(); i++) {
      SIMPLE[escaped.charAt(i)] = (byte) meant.charAt(i);
    }
  }

  /** The content without its quotes. */
  public JsonText(byte[] raw, int start, int end) {
    super(raw, start, end);
  }

  @Override
  public int plain(int from) {
    return Octets.either(raw, from, end, '\\', '\\');
  }

  /** As above; escapes are close together, so that copying in pieces takes most of the time. */
  @Override
  public int decode(byte[] out) {
    int to = 0;
    int at = start;
    while (at < end) {
      int copied = Octets.copy(raw, at, end, '\\', out, to);
      to += copied;
      at += copied;
      byte simple = at + 1 < end ? SIMPLE[raw[at + 1] & 0xff] : 0;
      if (simple != 0) {
        out[to++] = simple;
        at += 2;
      } else if (at < end) {
        at = read(at);
        for (int i = 0; i < count; i++) {
          out[to++] = unit[i];
        }
      }
    }
    return to;
  }

  @Override
  public int read(int at) {
    byte simple = at + 1 < end ? SIMPLE[raw[at + 1] & 0xff] : 0;
    int point = simple != 0 ? simple : unicode(at);
    utf8(point < 0 ? '\\' : point);
    return at + (point < 0 ? 1 : simple != 0 ? 2 : point > 0xffff ? 12 : 6);
  }
}
