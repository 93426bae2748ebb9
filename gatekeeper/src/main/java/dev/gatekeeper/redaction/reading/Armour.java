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

  private static final int BASE64_STARTS = 4;
  private static final int HEX_STARTS = 2;

  /** Bits of {@link #READINGS}. */
  private static final int BASE64 = (1 << BASE64_STARTS) - 1;

  private static final int HEX = ((1 << HEX_STARTS) - 1) << BASE64_STARTS;
  private static final int RUN = 1 << (BASE64_STARTS + HEX_STARTS);

  /**
   * Of a character at each place of a block of four: as what it may be part of a text. One bit for
   * base64 from each of four starts, one for hexadecimal from each of two, one for any run.
   */
  private static final byte[] READINGS = new byte[4 * 256];

  /** Of a character at each place of a group its bits there; all, where it is none of base64. */
  private static final int[] GROUPS = new int[4 * 256];

  private static final byte[] FOUR_BITS = new byte[256];
  private static final boolean[] TEXT = new boolean[256];

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
        GROUPS[256 * place + c] = six < 0 ? -1 : six << (18 - 6 * place);
        READINGS[256 * place + c] |= (byte) (Runs.six((byte) c) >= 0 ? RUN : 0);
        for (int start = 0; start < BASE64_STARTS; start++) {
          if (Runs.six((byte) c) >= 0 && mayBeText(Runs.six((byte) c), place - start & 3)) {
            READINGS[256 * place + c] |= (byte) (1 << start);
          }
        }
        for (int start = 0; start < HEX_STARTS; start++) {
          boolean upper = (place - start & 1) == 0;
          if (FOUR_BITS[c] >= 0 && (!upper || isText(FOUR_BITS[c] << 4, 0xf))) {
            READINGS[256 * place + c] |= (byte) (1 << (BASE64_STARTS + start));
          }
        }
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
  private byte[] decoded = {};

  /** Behind what was read already, from each start of a run. */
  private final int[] read = new int[BASE64_STARTS + HEX_STARTS];

  /** For one text after the other: most are short, and what is made for each takes its time. */
  public Armour(int least) {
    this.least = least;
  }

  /** The place of the digit's value in the alphabet, or -1. */
  public static int hex(byte digit) {
    return FOUR_BITS[digit & 0xff];
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
   * eleven characters of base64 in a row, or sixteen of hexadecimal, and of these two whole blocks
   * of four. A block is looked at in all readings at once. Gives the end of the run.
   */
  private int run(int from) {
    byte[] text = this.text;
    int wanted = BASE64 | HEX;
    int before = 0;
    int at = from;
    for (; at <= end - 8; at += 8) {
      long word = (long) LONG.get(text, at);
      int first = block((int) word);
      int second = block((int) (word >>> 32));
      int both = ((before & first) | (first & second)) & wanted;
      if (both != 0) {
        candidate(at - 4, before & first & wanted, from);
        candidate(at, first & second & wanted, from);
      }
      if ((first & second & RUN) == 0) {
        return Runs.stop(text, at, end);
      }
      if (at - from >= LOOSE) {
        wanted = 1 | HEX;
      }
      before = second;
    }
    int to = Runs.stop(text, at, end);
    if (to - at >= 4) {
      int last = 0;
      for (int i = 3; i >= 0; i--) {
        last = last << 8 | (text[at + i] & 0xff);
      }
      candidate(at - 4, before & block(last) & wanted, from);
    }
    return to;
  }

  /** The readings of four characters. */
  private static int block(int four) {
    return READINGS[four & 0xff]
        & READINGS[0x100 | ((four >>> 8) & 0xff)]
        & READINGS[0x200 | ((four >>> 16) & 0xff)]
        & READINGS[0x300 | four >>> 24];
  }

  /** Reads what may be a text around two blocks, unless it was read with the ones before. */
  private void candidate(int at, int readings, int from) {
    for (int left = readings; left != 0; left &= left - 1) {
      int which = Integer.numberOfTrailingZeros(left);
      boolean hex = which >= BASE64_STARTS;
      int start = hex ? which - BASE64_STARTS : which;
      if (at + start < read[which]) {
        continue;
      }
      int most = start == 0 ? end : Math.min(end, from + LOOSE);
      read[which] = hex ? hex(at + start, from) : base64(at + start, from + start, most);
    }
  }

  /** Of eight bytes in a row two groups are whole. Gives the place behind the text. */
  private int base64(int at, int from, int most) {
    if (!isText(bits(at))) {
      return at;
    }
    int first = at;
    while (first > from && isText(bits(first - 4))) {
      first -= 4;
    }
    int last = first;
    int length = 3; // of the group before, whose end may be part of the text
    for (int bits = bits(last); isText(bits); bits = last <= most - 4 ? bits(last) : -1) {
      put(bits, length);
      length += 3;
      last += 4;
    }
    if (last - first > 4) {
      int begin = 3;
      if (first > from) {
        put(bits(first - 4), 0);
        while (begin > 0 && TEXT[decoded[begin - 1] & 0xff]) {
          begin--;
        }
      }
      int to = Runs.stop(text, last, Math.min(end, last + 4));
      search(begin, withRest(length, last, to), first - 4, to, 3, 4);
    }
    return last;
  }

  private void put(int bits, int at) {
    room(at + 3);
    decoded[at] = (byte) (bits >> 16);
    decoded[at + 1] = (byte) (bits >> 8);
    decoded[at + 2] = (byte) bits;
  }

  /** What a group that is no text, or not whole, begins with. Gives the length with it. */
  private int withRest(int length, int last, int to) {
    room(length + 3);
    int bits = 0;
    for (int i = last; i < last + 4; i++) {
      bits = bits << 6 | (i < to ? Runs.six(text[i]) : 0);
    }
    int all = length;
    for (int i = 0; i + 1 < to - last && TEXT[bits >> (16 - 8 * i) & 0xff]; i++) {
      decoded[all++] = (byte) (bits >> (16 - 8 * i));
    }
    return all;
  }

  private void room(int length) {
    if (decoded.length < length) {
      decoded = Arrays.copyOf(decoded, Math.max(64, 2 * length));
    }
  }

  /** Three bytes, of four characters; no text, where they do not belong to base64. */
  private int bits(int at) {
    return GROUPS[text[at] & 0xff]
        | GROUPS[0x100 | (text[at + 1] & 0xff)]
        | GROUPS[0x200 | (text[at + 2] & 0xff)]
        | GROUPS[0x300 | (text[at + 3] & 0xff)];
  }

  /** All printable, as most are, or one after the other. */
  private static boolean isText(int bits) {
    return ((bits | bits - 0x202020 | bits + 0x010101) & 0xff808080) == 0
        || ((bits & 0xff808080) == 0
            && TEXT[bits >> 16]
            && TEXT[bits >> 8 & 0xff]
            && TEXT[bits & 0xff]);
  }

  /** Gives the place behind the text. */
  private int hex(int at, int from) {
    int first = at;
    while (first - 2 >= from && TEXT[octet(first - 2)]) {
      first -= 2;
    }
    int last = first;
    int length = 0;
    for (; last <= end - 2 && TEXT[octet(last)]; last += 2) {
      room(length + 1);
      decoded[length++] = (byte) octet(last);
    }
    search(0, length, first, last, 1, 2);
    return last;
  }

  /** What two digits stand for; no text, where they are none. */
  private int octet(int at) {
    return (FOUR_BITS[text[at] & 0xff] << 4 | FOUR_BITS[text[at + 1] & 0xff]) & 0xff;
  }

  /**
   * Every escape and every encoding is printable ASCII, while noise, or a word that was taken for
   * base64, hardly ever has eight such bytes in a row.
   *
   * @param origin where the group of the first decoded byte is written
   */
  private void search(int begin, int length, int origin, int to, int bytes, int characters) {
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
