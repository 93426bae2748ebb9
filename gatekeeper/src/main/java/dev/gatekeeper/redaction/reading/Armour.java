package dev.gatekeeper.redaction.reading;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Long runs of letters and digits, read as base64 (both alphabets) or as hexadecimal: for values
 * that are escaped or encoded once more inside of what was encoded. What is encoded once is found
 * without this, wherever it stands.
 */
public final class Armour {
  /** What lies further on in a run is read from its first character on only, not the next, too. */
  private static final int LOOSE = 16_384;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle OCTETS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** What is done with a piece of text that was encoded. */
  public interface Within {
    /** Finds what to mask between two places of the decoded bytes, in order, without overlap. */
    List<Span> search(byte[] decoded, int start, int end);
  }

  private final int least;
  private byte[] text = {};
  private int end;
  private Within within = (decoded, from, to) -> List.of();
  private List<Span> found = List.of();

  /** What is read from the first character of a run; what is read otherwise in the midst of it. */
  private final byte[][] decoded = new byte[2][0];

  /** Behind what was read already, from each start of a run. */
  private final int[] read = new int[Groups.BASE64_STARTS + Groups.HEX_STARTS];

  /** For one text after the other: most are short, and what is made for each takes its time. */
  public Armour(int least) {
    this.least = least;
  }

  /** The place of the digit's value in the alphabet, or -1. */
  public static int hex(byte digit) {
    return Groups.FOUR_BITS[digit & 0xff];
  }

  /**
   * Reads all runs.
   *
   * @param first where the first one starts
   * @param within is asked for what to mask in what is decoded
   * @param found takes it, in terms of what is written
   * @return behind the first run that is folded there ({@link Escapes#isFold}), or the end
   */
  public int read(byte[] text, int first, int end, Within within, List<Span> found) {
    this.text = text;
    this.end = end;
    this.within = within;
    this.found = found;
    Arrays.fill(read, first);
    int fold = end;
    for (int from = first; from < end; ) {
      int to = run(from);
      if (fold == end && Escapes.isFold(text, from, to, end)) {
        fold = to;
      }
      from = Runs.first(text, to, end);
    }
    return fold;
  }

  /**
   * Decodes of a run only what may have a text in it. A text has eight bytes or more, which are
   * eleven characters of base64 in a row, or sixteen of hexadecimal, and of these two whole groups
   * of four. A group is looked at in all readings at once. Gives the end of the run.
   */
  private int run(int from) {
    byte[] text = this.text;
    int before = -1;
    int at = from;
    while (at <= end - 8) {
      long word = (long) LONG.get(text, at);
      int first = Groups.group((int) word);
      int second = Groups.group((int) (word >>> 32));
      pair(at, before, first, second, wanted(at - from), from);
      if (((first | second) & Groups.NO_RUN) != 0) {
        return Runs.stop(text, at, end);
      }
      if (read[0] >= at + 12) { // with all that is a text in another reading inside of it
        at = read[0] - 4;
        before = Groups.group(text, at - 4);
      } else {
        at += 8;
        before = second;
      }
    }
    int to = Runs.stop(text, at, end);
    if (to - at >= 4) {
      candidate(at - 4, ~(before | Groups.group(text, at)) & wanted(at - 8 - from), from);
    }
    return to;
  }

  /** The readings that a run is looked at in, so far behind its start. */
  private static int wanted(int inside) {
    return inside > LOOSE ? Groups.STRAIGHT | Groups.HEX : Groups.BASE64 | Groups.HEX;
  }

  /** Two groups, and the one before them: whether two in a row may be of a text. */
  private void pair(int at, int before, int first, int second, int wanted, int from) {
    if ((~((before | first) & (first | second)) & wanted) != 0) {
      candidate(at - 4, ~(before | first) & wanted, from);
      candidate(at, ~(first | second) & wanted, from);
    }
  }

  /** Reads what may be a text around two groups, unless it was read with the ones before. */
  private void candidate(int at, int readings, int from) {
    for (int left = readings >>> Groups.READING; left != 0; left &= left - 1) {
      int which = Integer.numberOfTrailingZeros(left);
      boolean hex = which >= Groups.BASE64_STARTS;
      int start = hex ? which - Groups.BASE64_STARTS : which;
      if (at + start < read[which]) {
        continue;
      }
      int most = start == 0 ? end : Math.min(end, from + LOOSE);
      read[which] = hex ? hex(at + start, from) : base64(at + start, from + start, most, start);
    }
  }

  /** Of eight bytes in a row two groups are whole. Gives the place behind the text. */
  private int base64(int at, int from, int most, int start) {
    byte[] text = this.text;
    if (!Groups.isText(Groups.group(text, at))) {
      return at;
    }
    int first = at;
    while (first > from && Groups.isText(Groups.group(text, first - 4))) {
      first -= 4;
    }
    byte[] decoded = room(start, 3, first);
    int last = first;
    int length = 3; // of the group before, whose end may be part of the text
    for (int before = -1; last <= most - 8; last += 8) {
      if (decoded.length < length + 16) {
        decoded = room(start, length, last);
      }
      if (start == 0 && last - from > LOOSE) {
        int stop = Math.min(most, last + (decoded.length - length - 16) / 6 * 8);
        int far = plain(last, stop, decoded, length);
        length += (far - last) / 4 * 3;
        last = far;
        before = Groups.group(text, last - 4);
        if (last > most - 8) {
          break;
        }
      }
      long word = (long) LONG.get(text, last);
      int one = Groups.group((int) word);
      int two = Groups.group((int) (word >>> 32));
      long octets = (one & 0xffffffL) << 24 | (two & 0xffffff);
      if (((one | two) & Groups.NO_RUN) != 0 || !Groups.isText(octets)) {
        break;
      }
      OCTETS.set(decoded, length, octets << 16);
      length += 6;
      if (start == 0) {
        pair(last, before, one, two, wanted(last - from) & ~Groups.STRAIGHT, from);
        before = two;
      }
    }
    if (last <= most - 4 && Groups.isText(Groups.group(text, last))) {
      put(decoded, Groups.group(text, last), length);
      length += 3;
      last += 4;
    }
    if (last - first > 4) {
      int begin = 3;
      if (first > from) {
        put(decoded, Groups.group(text, first - 4), 0);
        while (begin > 0 && Groups.TEXT[decoded[begin - 1] & 0xff]) {
          begin--;
        }
      }
      int to = Runs.stop(text, last, Math.min(end, last + 4));
      search(decoded, begin, withRest(decoded, length, last, to), first - 4, to, 3, 4);
    }
    return last;
  }

  /**
   * Decodes text beyond {@link #LOOSE}, where it may be hexadecimal besides: of sixteen such digits
   * in a row eight are one of the words looked at here. Gives the place of the first word that is
   * no text, or all of such digits.
   */
  private int plain(int from, int most, byte[] decoded, int length) {
    byte[] text = this.text;
    int at = from;
    for (int to = length; at <= most - 8; at += 8, to += 6) {
      long word = (long) LONG.get(text, at);
      int first = Groups.PAIRS[(int) word & 0xffff];
      int second = Groups.PAIRS[(int) word >>> 16];
      int third = Groups.PAIRS[(int) (word >>> 32) & 0xffff];
      int fourth = Groups.PAIRS[(int) (word >>> 48)];
      long octets =
          (long) (first << 12 | (second & 0xfff)) << 24 | (third & 0xfff) << 12 | (fourth & 0xfff);
      if (((first | second | third | fourth) & (Groups.NO_PAIR | Groups.NO_DIGITS))
              != Groups.NO_DIGITS
          || !Groups.isText(octets & 0xffffffffffffL)) {
        break;
      }
      OCTETS.set(decoded, to, octets << 16);
    }
    return at;
  }

  private static void put(byte[] decoded, int bits, int at) {
    decoded[at] = (byte) (bits >> 16);
    decoded[at + 1] = (byte) (bits >> 8);
    decoded[at + 2] = (byte) bits;
  }

  /** What a group that is no text, or not whole, begins with. Gives the length with it. */
  private int withRest(byte[] decoded, int length, int last, int to) {
    int bits = 0;
    for (int i = last; i < last + 4; i++) {
      bits = bits << 6 | (i < to ? Runs.six(text[i]) : 0);
    }
    int all = length;
    for (int i = 0; i + 1 < to - last && Groups.TEXT[bits >> (16 - 8 * i) & 0xff]; i++) {
      decoded[all++] = (byte) (bits >> (16 - 8 * i));
    }
    return all;
  }

  /** With room for a word or two more; once it is long, for all that a run may hold. */
  private byte[] room(int start, int length, int at) {
    int which = Math.min(start, 1);
    if (decoded[which].length < length + 16) {
      int more = length < LOOSE ? length : (Runs.stop(text, at, end) - at) / 4 * 3;
      decoded[which] = Arrays.copyOf(decoded[which], length + more + 64);
    }
    return decoded[which];
  }

  /** Gives the place behind the text. */
  private int hex(int at, int from) {
    int first = at;
    while (first - 2 >= from && Groups.TEXT[octet(first - 2)]) {
      first -= 2;
    }
    int last = first;
    int length = 0;
    byte[] decoded = room(1, 0, first);
    for (; last <= end - 2 && Groups.TEXT[octet(last)]; last += 2) {
      if (decoded.length < length + 16) {
        decoded = room(1, length, last);
      }
      decoded[length++] = (byte) octet(last);
    }
    search(decoded, 0, length, first, last, 1, 2);
    return last;
  }

  /** What two digits stand for; no text, where they are none. */
  private int octet(int at) {
    return (Groups.FOUR_BITS[text[at] & 0xff] << 4 | Groups.FOUR_BITS[text[at + 1] & 0xff]) & 0xff;
  }

  /**
   * Every escape and every encoding is printable ASCII, while noise, or a word that was taken for
   * base64, hardly ever has eight such bytes in a row.
   *
   * @param origin where the group of the first decoded byte is written
   */
  private void search(
      byte[] decoded, int begin, int length, int origin, int to, int bytes, int characters) {
    if (length - begin < least) {
      return;
    }
    for (Span span : within.search(decoded, begin, length)) {
      int stop = (span.end() + bytes - 1) / bytes * characters;
      found.add(
          new Span(
              origin + span.start() / bytes * characters,
              Math.min(origin + stop, to),
              span.references()));
    }
  }
}
