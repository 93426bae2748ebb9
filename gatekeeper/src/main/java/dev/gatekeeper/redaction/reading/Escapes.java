package dev.gatekeeper.redaction.reading;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Text in which characters are escaped in the ways that programs have: backslashes as in JSON, C
 * and shells, percent signs, HTML entities; and encoded lines that were folded. All are read at
 * once, so that one reading takes one layer off, whichever it is. What starts no escape stands for
 * itself.
 */
public final class Escapes extends Reading {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /** Shortest folded line: MIME folds at 76, PEM at 64, {@code xxd -p} at 60; words are shorter. */
  public static final int FOLDED = 32;

  /** Longest indentation behind a fold, as in YAML. */
  private static final int INDENT = 64;

  /** At this distance each, eight bytes are looked at for what may be folded. */
  private static final int SAMPLED = FOLDED - 8;

  /** Longest name or number of an entity. */
  private static final int ENTITY = 10;

  /** Which escapes are read. */
  public enum Kind {
    ANY('\0'),
    BACKSLASH('\\'),
    PERCENT('%'),
    ENTITY('&');

    private final char start;

    Kind(char start) {
      this.start = start;
    }
  }

  private Kind kind = Kind.ANY;

  /** The first fold from {@link #foldFrom} on. */
  private int fold;

  private int foldFrom = Integer.MAX_VALUE;

  public Escapes(byte[] raw, int start, int end) {
    super(raw, start, end);
  }

  /**
   * The same.
   *
   * @param fold place of the first fold, or {@code end}
   */
  public Escapes(byte[] raw, int start, int end, int fold) {
    super(raw, start, end);
    this.foldFrom = start;
    this.fold = fold;
  }

  /**
   * Those of one kind alone, with folds: for what itself looks like an escape of another kind, and
   * stands for itself.
   */
  public Escapes(byte[] raw, int start, int end, Kind kind) {
    super(raw, start, end);
    this.kind = kind;
  }

  @Override
  public int plain(int from) {
    int stop = fold(from);
    for (int i = trigger(raw, from, stop); i < stop; i = trigger(raw, i + 1, stop)) {
      if (escape(i) > 0) {
        return i;
      }
    }
    return stop;
  }

  @Override
  public int read(int at) {
    return escape(at);
  }

  /** First place from {@code from} at which something may be escaped, or {@code end}. */
  public static int trigger(byte[] raw, int from, int end) {
    int i = from;
    for (; i <= end - 8; i += 8) {
      long word = (long) LONG.get(raw, i);
      long low = word & ~HIGHS;
      long backslash = ~((low ^ ONES * '\\') + ~HIGHS);
      long percentOrAmpersand = (low + ONES * (0x80 - '%')) & ~(low + ONES * (0x7f - '&'));
      long hits = (backslash | percentOrAmpersand) & ~word & HIGHS;
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >> 3);
      }
    }
    while (i < end && raw[i] != '\\' && raw[i] != '%' && raw[i] != '&') {
      i++;
    }
    return i;
  }

  /** Reads what starts there into the unit. Gives the place behind it, or 0 where nothing does. */
  private int escape(int at) {
    if (kind != Kind.ANY && raw[at] != kind.start && isStart(raw[at])) {
      return 0;
    }
    return switch (raw[at]) {
      case '\\' -> backslash(at);
      case '%' -> percent(at);
      case '&' -> entity(at);
      default -> {
        count = 0; // a line break, with the blanks behind it, inside something encoded
        yield behindBreak(raw, at, end);
      }
    };
  }

  private static boolean isStart(byte b) {
    return b == '\\' || b == '%' || b == '&';
  }

  private int backslash(int at) {
    byte next = at + 1 < end ? raw[at + 1] : 0;
    int point =
        switch (next) {
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> unicode(at);
          case 'x' -> hex(at + 2, 2);
          // The start of another escape: what is read must not depend on order.
          case '%', '&' -> kind == Kind.ANY ? -1 : next;
          default -> next >= ' ' && next < 0x7f && !isLetter(next) && !isDigit(next) ? next : -1;
        };
    if (point < 0) {
      return 0;
    }
    if (next == 'x') {
      octet(point);
      return at + 4;
    }
    utf8(point);
    return at + (next != 'u' ? 2 : point > 0xffff ? 12 : 6);
  }

  private void octet(int value) {
    unit[0] = (byte) value;
    count = 1;
  }

  private int percent(int at) {
    int octet = hex(at + 1, 2);
    if (octet >= 0) {
      octet(octet);
      return at + 3;
    }
    int point = unicode(at);
    if (point < 0) {
      return 0;
    }
    utf8(point);
    return at + (point > 0xffff ? 12 : 6);
  }

  private int entity(int at) {
    int to = at + 1;
    int most = Math.min(end, at + 1 + ENTITY);
    if (to < most && raw[to] == '#') {
      return number(at, most);
    }
    while (to < most && isLetter(raw[to])) {
      to++;
    }
    if (to >= end || raw[to] != ';' || to == at + 1) {
      return 0;
    }
    int point = Entities.point(raw, at + 1, to);
    if (point < 0) {
      return 0;
    }
    utf8(point);
    return to + 1;
  }

  private static boolean isLetter(byte b) {
    return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private int number(int at, int most) {
    boolean hex = at + 2 < most && (raw[at + 2] | 0x20) == 'x';
    int from = at + (hex ? 3 : 2);
    int to = from;
    int point = 0;
    for (; to < most; to++) {
      int digit = Armour.hex(raw[to]);
      if (digit < 0 || (digit > 9 && !hex)) {
        break;
      }
      point = point * (hex ? 16 : 10) + digit;
    }
    if (to == from || to == end || raw[to] != ';' || point > Character.MAX_CODE_POINT) {
      return 0;
    }
    utf8(point);
    return to + 1;
  }

  /** The first fold from {@code from} on. Asked for again and again, and seldom another. */
  private int fold(int from) {
    if (from < foldFrom || from > fold) {
      foldFrom = from;
      fold = fold(raw, start, from, end);
    }
    return fold;
  }

  /**
   * First fold from {@code from} on; {@code end} where there is none. Of a line's {@link #FOLDED}
   * characters eight lie at any {@link #SAMPLED}th place.
   */
  public static int fold(byte[] raw, int start, int from, int end) {
    int at = Math.max(start, from - FOLDED);
    while (at <= end - 8) {
      if (!Runs.isBase64(raw, at)) {
        at += SAMPLED;
        continue;
      }
      at = Runs.stop(raw, at, end);
      if (at >= from && isFold(raw, start, at, end)) {
        return at;
      }
    }
    return end;
  }

  /** Whether there a line ends that was folded: so many encoded characters, and further ones. */
  static boolean isFold(byte[] raw, int start, int at, int end) {
    int to = at < end ? behindBreak(raw, at, end) : at;
    return to > at && to < end && armour(raw[to]) && isLine(raw, start, at);
  }

  /**
   * The place behind a line break and the blanks that follow it; {@code at} where there is none.
   */
  private static int behindBreak(byte[] raw, int at, int end) {
    int mark = raw[at] == '\r' && at + 1 < end ? at + 1 : at;
    if (raw[mark] != '\n') {
      return at;
    }
    int to = mark + 1;
    int most = Math.min(end, to + INDENT);
    while (to < most && (raw[to] == ' ' || raw[to] == '\t')) {
      to++;
    }
    return to;
  }

  private static boolean isLine(byte[] raw, int start, int at) {
    int from = at;
    while (from > start && at - from < FOLDED && armour(raw[from - 1])) {
      from--;
    }
    return at - from == FOLDED;
  }

  static boolean armour(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '+'
        || b == '/';
  }

  /** Where an escape starts of which the end may be missing; {@link #end} where none does. */
  public int unfinished() {
    int from = Math.max(start, end - INDENT - 2);
    for (int i = from; i < end; i++) {
      boolean may =
          switch (raw[i]) {
            case '\\' -> end - i < 12 && mayGoOn(i);
            case '%' -> end - i < 12 && mayGoOn(i);
            case '&' -> end - i <= ENTITY + 1 && mayGoOn(i);
            case '\n' ->
                behindBreak(raw, i, end) == end
                    && isLine(raw, start, i > start && raw[i - 1] == '\r' ? i - 1 : i);
            case '\r' -> i == end - 1 && isLine(raw, start, i);
            default -> false;
          };
      if (may) {
        return raw[i] == '\n' && i > start && raw[i - 1] == '\r' ? i - 1 : i;
      }
    }
    return end;
  }

  /** Whether more bytes could make another escape of it, or a longer one. */
  private boolean mayGoOn(int at) {
    int behind = escape(at);
    if (behind == 0 || behind == end) {
      for (int i = at + 1; i < end; i++) {
        byte b = raw[i];
        boolean part = isLetter(b) || isDigit(b) || b == '#' || b == '\\' || b == '%';
        if (!part) {
          return false;
        }
      }
      return behind == 0 || (behind == at + 6 && isHigh(at));
    }
    return behind == at + 6 && isHigh(at) && end < at + 12;
  }

  private boolean isHigh(int at) {
    int unit = raw[at + 1] == 'u' ? hex(at + 2, 4) : -1;
    return unit >= 0xd800 && unit < 0xdc00;
  }
}
