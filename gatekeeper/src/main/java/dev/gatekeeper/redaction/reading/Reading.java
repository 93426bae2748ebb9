package dev.gatekeeper.redaction.reading;

import java.util.ArrayList;
import java.util.List;

/**
 * A text that stands for another: what it means, and where that is written. What it means is never
 * longer than what is written.
 */
public abstract sealed class Reading permits JsonText, Escapes {
  final byte[] raw;
  final int start;
  final int end;

  /** What was read last stands for so many bytes of {@link #unit}. */
  int count;

  final byte[] unit = new byte[4];

  /** The piece under way: where it is written, what part of the meaning it is. */
  private int writtenFrom;

  private int writtenTo;
  private int meantFrom;
  private int meantTo;
  private boolean plain;

  Reading(byte[] raw, int start, int end) {
    this.raw = raw;
    this.start = start;
    this.end = end;
  }

  /** First place from {@code from} that does not stand for itself; {@link #end} where all does. */
  public abstract int plain(int from);

  /** Reads what stands there into {@link #unit}. Gives the place behind it. */
  public abstract int read(int at);

  /** Writes what the text means. Gives the length. */
  public int decode(byte[] out) {
    int to = 0;
    int at = start;
    while (at < end) {
      int stop = plain(at);
      System.arraycopy(raw, at, out, to, stop - at);
      to += stop - at;
      at = stop;
      if (at < end) {
        at = read(at);
        for (int i = 0; i < count; i++) {
          out[to++] = unit[i];
        }
      }
    }
    return to;
  }

  /**
   * Where the spans of the meaning stand in what is written, widened to whole escapes.
   *
   * @param spans in order, without overlap
   */
  public List<Span> written(List<Span> spans) {
    List<Span> written = new ArrayList<>();
    rewind();
    int least = start;
    for (Span span : spans) {
      int from = Math.max(least, writtenOf(span.start()));
      while (meantTo < span.end()) {
        next();
      }
      least = plain ? writtenFrom + span.end() - meantFrom : writtenTo;
      written.add(new Span(from, least, span.references()));
    }
    return written;
  }

  /** Where the byte at {@code meant} of the meaning starts in what is written. */
  public int written(int meant) {
    rewind();
    return writtenOf(meant);
  }

  /** The start of the escape that {@code at} is inside of, or {@code at}. */
  public int border(int at) {
    rewind();
    while (writtenTo < at) {
      next();
    }
    return plain || writtenTo == at ? at : writtenFrom;
  }

  private void rewind() {
    writtenFrom = start;
    writtenTo = start;
    meantFrom = 0;
    meantTo = 0;
    plain = false;
  }

  private int writtenOf(int meant) {
    while (meantTo <= meant && writtenTo < end) {
      next();
    }
    return meant >= meantTo ? end : plain ? writtenFrom + meant - meantFrom : writtenFrom;
  }

  private void next() {
    writtenFrom = writtenTo;
    meantFrom = meantTo;
    int stop = plain(writtenFrom);
    plain = stop > writtenFrom;
    if (plain) {
      writtenTo = stop;
      meantTo += stop - writtenFrom;
    } else {
      writtenTo = read(writtenFrom);
      meantTo += count;
    }
  }

  void utf8(int point) {
    if (point < 0x80) {
      unit[0] = (byte) point;
      count = 1;
      return;
    }
    count = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (int i = count - 1, rest = point; i > 0; i--, rest >>= 6) {
      unit[i] = (byte) (0x80 | (rest & 0x3f));
    }
    unit[0] = (byte) (0xf00 >> count | (point >> (6 * (count - 1))));
  }

  /** The number of so many hexadecimal digits there, or -1 where they are not. */
  int hex(int from, int digits) {
    if (end - from < digits) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = Armour.hex(raw[i]);
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  /**
   * The code point of an escape of six bytes there, <code>&#92;u</code> or {@code %u} and four
   * digits, or of two that make a pair; its length is then 12. -1 where there is none.
   */
  int unicode(int at) {
    int high = at + 1 < end && raw[at + 1] == 'u' ? hex(at + 2, 4) : -1;
    if (high >= 0xd800 && high < 0xdc00 && at + 7 < end && raw[at + 6] == raw[at]) {
      int low = raw[at + 7] == 'u' ? hex(at + 8, 4) : -1;
      if (low >= 0xdc00 && low < 0xe000) {
        return Character.toCodePoint((char) high, (char) low);
      }
    }
    return high;
  }
}
