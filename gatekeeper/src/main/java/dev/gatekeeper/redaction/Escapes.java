package dev.gatekeeper.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Text in which characters are escaped in the ways that programs have: backslashes as in JSON, C
 * and shells, percent signs, HTML entities; and encoded lines that were folded. All are read at
 * once, so that one reading takes one layer off, whichever it is. What starts no escape stands for
 * itself.
 */
final class Escapes extends Reading {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /** Shortest folded line: MIME folds at 76, PEM at 64, {@code xxd -p} at 60; words are shorter. */
  static final int FOLDED = 32;

  /** Longest indentation behind a fold, as in YAML. */
  private static final int INDENT = 64;

  /** Longest name or number of an entity. */
  private static final int ENTITY = 10;

  /** Of the printable ASCII characters, by the names that HTML gives them. */
  private static final Map<String, Integer> ENTITIES =
      Map.ofEntries(
          Map.entry("Tab", 9),
          Map.entry("NewLine", 10),
          Map.entry("nbsp", 0xa0),
          Map.entry("excl", 33),
          Map.entry("quot", 34),
          Map.entry("QUOT", 34),
          Map.entry("num", 35),
          Map.entry("dollar", 36),
          Map.entry("percnt", 37),
          Map.entry("amp", 38),
          Map.entry("AMP", 38),
          Map.entry("apos", 39),
          Map.entry("lpar", 40),
          Map.entry("rpar", 41),
          Map.entry("ast", 42),
          Map.entry("plus", 43),
          Map.entry("comma", 44),
          Map.entry("period", 46),
          Map.entry("sol", 47),
          Map.entry("colon", 58),
          Map.entry("semi", 59),
          Map.entry("lt", 60),
          Map.entry("LT", 60),
          Map.entry("equals", 61),
          Map.entry("gt", 62),
          Map.entry("GT", 62),
          Map.entry("quest", 63),
          Map.entry("commat", 64),
          Map.entry("lsqb", 91),
          Map.entry("lbrack", 91),
          Map.entry("bsol", 92),
          Map.entry("rsqb", 93),
          Map.entry("rbrack", 93),
          Map.entry("Hat", 94),
          Map.entry("lowbar", 95),
          Map.entry("grave", 96),
          Map.entry("lcub", 123),
          Map.entry("lbrace", 123),
          Map.entry("verbar", 124),
          Map.entry("vert", 124),
          Map.entry("rcub", 125),
          Map.entry("rbrace", 125));

  Escapes(byte[] raw, int start, int end) {
    super(raw, start, end);
  }

  @Override
  int plain(int from) {
    for (int i = trigger(raw, from, end); i < end; i = trigger(raw, i + 1, end)) {
      int at = raw[i] == '\n' && i > from && raw[i - 1] == '\r' ? i - 1 : i;
      if (escape(at) > 0) {
        return at;
      }
    }
    return end;
  }

  @Override
  int read(int at) {
    return escape(at);
  }

  /** First place from {@code from} at which an escape may start, or {@code end}. */
  static int trigger(byte[] raw, int from, int end) {
    int i = from;
    for (; i <= end - 8; i += 8) {
      long word = (long) LONG.get(raw, i);
      long hits =
          (zeros(word ^ ONES * '\\')
                  | zeros(word ^ ONES * '%')
                  | zeros(word ^ ONES * '&')
                  | zeros(word ^ ONES * '\n'))
              & HIGHS;
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >> 3);
      }
    }
    while (i < end && raw[i] != '\\' && raw[i] != '%' && raw[i] != '&' && raw[i] != '\n') {
      i++;
    }
    return i;
  }

  private static long zeros(long word) {
    return (word - ONES) & ~word;
  }

  /** Reads an escape into the unit. Gives the place behind it, or 0 where there is none. */
  private int escape(int at) {
    return switch (raw[at]) {
      case '\\' -> backslash(at);
      case '%' -> percent(at);
      case '&' -> entity(at);
      default -> fold(at);
    };
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
          case '%', '&' -> -1; // the start of another escape: what is read must not depend on order
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
    char[] name = new char[to - at - 1];
    for (int i = 0; i < name.length; i++) {
      name[i] = (char) raw[at + 1 + i];
    }
    Integer point = ENTITIES.get(new String(name));
    if (point == null) {
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

  /** A line break, with the blanks behind it, inside something encoded: stands for nothing. */
  private int fold(int at) {
    if (!isLine(at)) {
      return 0; // most lines of most texts end with a mark
    }
    int to = behindBreak(at);
    if (to == end || !armour(raw[to])) {
      return 0;
    }
    count = 0;
    return to;
  }

  private int behindBreak(int at) {
    int to = at + (raw[at] == '\r' ? 2 : 1);
    int most = Math.min(end, to + INDENT);
    while (to < most && (raw[to] == ' ' || raw[to] == '\t')) {
      to++;
    }
    return to;
  }

  private boolean isLine(int at) {
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
  int unfinished() {
    int from = Math.max(start, end - INDENT - 2);
    for (int i = from; i < end; i++) {
      boolean may =
          switch (raw[i]) {
            case '\\' -> end - i < 12 && mayGoOn(i);
            case '%' -> end - i < 12 && mayGoOn(i);
            case '&' -> end - i <= ENTITY + 1 && mayGoOn(i);
            case '\n' ->
                behindBreak(i) == end && isLine(i > start && raw[i - 1] == '\r' ? i - 1 : i);
            case '\r' -> i == end - 1 && isLine(i);
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
