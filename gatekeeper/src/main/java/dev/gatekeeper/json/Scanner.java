package dev.gatekeeper.json;

import java.util.Arrays;

/**
 * Walks over JSON (RFC 8259) in strict UTF-8, in one pass, without building anything.
 *
 * <p>Why not Jackson's streaming parser: version 3.2.4 was tried and is as fast on big strings, but
 * takes overlong UTF-8 and code points above U+10FFFF, and raw surrogates in strings that it skips.
 * A server may read such bytes in another way than the policy did, so that a second, strict pass
 * would be needed; with it, this walk is the smaller part. It only ever answers where a value ends,
 * which is what a proxy that passes bytes through has to know. Jackson, behind a strict decoder, is
 * the oracle of its fuzz test.
 *
 * <p>Nesting costs one bit a level, not a stack frame, so that depth is bounded by the limit and by
 * nothing else. Strings, which are most of any big message, are taken eight bytes at a time.
 */
final class Scanner {
  /** Upper bound of a depth limit: 64 Ki levels are 8 KiB of bits. */
  static final int DEEPEST = 1 << 16;

  private final byte[] a;
  private final int end;
  private final int depthLimit;

  /** Next byte to look at. */
  int at;

  private long[] objects = new long[1];

  Scanner(byte[] array, int start, int end, int depthLimit) {
    this.a = array;
    this.at = start;
    this.end = end;
    this.depthLimit = depthLimit;
  }

  MalformedException bad(String why) {
    return new MalformedException(why, at);
  }

  /** Passes white space. */
  void space() {
    int i = at;
    while (i < end) {
      byte b = a[i];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        break;
      }
      i++;
    }
    at = i;
  }

  /** The byte at hand, or -1 at the end. Negative for bytes above 0x7f, too. */
  int peek() {
    return at < end ? a[at] : -1;
  }

  void expect(int wanted, String why) throws MalformedException {
    if (peek() != wanted) {
      throw bad(at < end ? why : "ends too early");
    }
    at++;
  }

  /** Passes white space and then demands the end. */
  void end() throws MalformedException {
    space();
    if (at < end) {
      throw bad("bytes after the end of the value");
    }
  }

  /**
   * Passes the value at hand, white space before it not allowed.
   *
   * @param level how many objects and arrays are open around it
   */
  void value(int level) throws MalformedException {
    int depth = level;
    while (true) {
      // Here a value starts.
      int b = peek();
      boolean open = false;
      switch (b) {
        case '"' -> string();
        case '{' -> {
          at++;
          depth = push(depth, true);
          space();
          if (peek() == '}') {
            at++;
            depth--;
          } else {
            name();
            open = true;
          }
        }
        case '[' -> {
          at++;
          depth = push(depth, false);
          space();
          if (peek() == ']') {
            at++;
            depth--;
          } else {
            open = true;
          }
        }
        case 't' -> literal("true");
        case 'f' -> literal("false");
        case 'n' -> literal("null");
        default -> number();
      }
      if (open) {
        continue;
      }
      // Here a value ended: close what ends with it.
      while (true) {
        if (depth == level) {
          return;
        }
        space();
        boolean object = (objects[depth >> 6] >>> depth & 1) != 0;
        b = peek();
        if (b == ',') {
          at++;
          space();
          if (object) {
            name();
          }
          break;
        }
        if (b != (object ? '}' : ']')) {
          throw bad(at < end ? "a comma or a closing bracket is missing" : "ends too early");
        }
        at++;
        depth--;
      }
    }
  }

  /** Passes the name of a member, its colon, and the white space before the value. */
  private void name() throws MalformedException {
    if (peek() != '"') {
      throw bad(at < end ? "a name is missing" : "ends too early");
    }
    string();
    space();
    expect(':', "a colon is missing");
    space();
  }

  private int push(int depth, boolean object) throws MalformedException {
    int deeper = depth + 1;
    if (deeper > depthLimit) {
      at--;
      throw bad("nested deeper than " + depthLimit + " levels");
    }
    int word = deeper >> 6;
    if (word >= objects.length) {
      objects = Arrays.copyOf(objects, word + word);
    }
    long bit = 1L << deeper;
    objects[word] = object ? objects[word] | bit : objects[word] & ~bit;
    return deeper;
  }

  /** Passes the string at hand, quotes included. */
  void string() throws MalformedException {
    byte[] a = this.a;
    int end = this.end;
    int i = at + 1;
    while (true) {
      i = Octets.special(a, i, end);
      if (i >= end) {
        at = end;
        throw bad("ends too early");
      }
      int b = a[i];
      if (b == '"') {
        at = i + 1;
        return;
      }
      if (b < 0) {
        i = utf8(i);
      } else if (b == '\\') {
        i = escape(i);
      } else if (b < 0x20) {
        at = i;
        throw bad("a control character in a string");
      } else {
        i++;
      }
    }
  }

  private int escape(int i) throws MalformedException {
    if (i + 1 < end) {
      switch (a[i + 1]) {
        case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
          return i + 2;
        }
        case 'u' -> {
          if (i + 6 <= end) {
            if (hex(a[i + 2]) && hex(a[i + 3]) && hex(a[i + 4]) && hex(a[i + 5])) {
              return i + 6;
            }
          }
        }
        default -> {}
      }
    }
    at = i;
    throw bad("an invalid escape");
  }

  private static boolean hex(byte b) {
    return Character.digit(b, 16) >= 0;
  }

  /** Well-formed sequences only: The Unicode Standard, table 3-7. Goes on while not ASCII. */
  private int utf8(int start) throws MalformedException {
    int i = start;
    while (i < end && a[i] < 0) {
      int b = a[i] & 0xff;
      int second = i + 1 < end ? a[i + 1] & 0xff : 0;
      int length;
      boolean well;
      if (b < 0xe0) {
        length = 2;
        well = b >= 0xc2 && continues(second);
      } else if (b < 0xf0) {
        length = 3;
        // 0xed: surrogates are not characters; 0xe0: overlong.
        well =
            second >= (b == 0xe0 ? 0xa0 : 0x80)
                && second <= (b == 0xed ? 0x9f : 0xbf)
                && i + 2 < end
                && continues(a[i + 2]);
      } else {
        length = 4;
        well =
            b <= 0xf4
                && second >= (b == 0xf0 ? 0x90 : 0x80)
                && second <= (b == 0xf4 ? 0x8f : 0xbf)
                && i + 3 < end
                && continues(a[i + 2])
                && continues(a[i + 3]);
      }
      if (!well) {
        at = i;
        throw bad("invalid UTF-8");
      }
      i += length;
    }
    return i;
  }

  private static boolean continues(int b) {
    return (b & 0xc0) == 0x80;
  }

  private void literal(String word) throws MalformedException {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= end || a[at + i] != word.charAt(i)) {
        throw bad("an unknown word");
      }
    }
    at += word.length();
  }

  private void number() throws MalformedException {
    if (at >= end) {
      throw bad("ends too early");
    }
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits("no value");
    }
    if (peek() == '.') {
      at++;
      digits("a number without digits after its point");
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits("a number without digits in its exponent");
    }
  }

  private void digits(String why) throws MalformedException {
    int i = at;
    while (i < end && a[i] >= '0' && a[i] <= '9') {
      i++;
    }
    if (i == at) {
      throw bad(why);
    }
    at = i;
  }
}
