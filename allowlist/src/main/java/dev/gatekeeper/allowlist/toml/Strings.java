package dev.gatekeeper.allowlist.toml;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.JsonException;

/** The four kinds of strings. */
final class Strings {
  private final Cursor cursor;

  Strings(Cursor cursor) {
    this.cursor = cursor;
  }

  /** A string of any kind. */
  String any() throws JsonException {
    char quote = (char) cursor.peek();
    String three = String.valueOf(quote).repeat(3);
    return cursor.startsWith(three) ? lines(quote, three) : line();
  }

  /** A string on one line. */
  String line() throws JsonException {
    At at = cursor.at();
    int quote = cursor.next();
    StringBuilder text = new StringBuilder();
    while (cursor.peek() != quote) {
      int c = cursor.peek();
      if (c == '\n' || c == '\r' || c == Cursor.END) {
        throw cursor.fault(at, "a string without an end");
      }
      character(quote == '"', false, text);
    }
    cursor.next();
    return text.toString();
  }

  private String lines(char quote, String three) throws JsonException {
    At at = cursor.at();
    cursor.skip(3);
    newline(new StringBuilder());
    StringBuilder text = new StringBuilder();
    while (!cursor.startsWith(three)) {
      if (cursor.isEnd()) {
        throw cursor.fault(at, "a string without an end");
      }
      if (!newline(text)) {
        character(quote == '"', true, text);
      }
    }
    cursor.skip(3);
    // Up to two quotes of the text may stand before the three that end it.
    for (int i = 0; i < 2 && cursor.peek() == quote; i++) {
      text.append((char) cursor.next());
    }
    return text.toString();
  }

  private boolean newline(StringBuilder text) {
    if (cursor.startsWith("\r\n")) {
      cursor.skip(2);
    } else if (cursor.peek() == '\n') {
      cursor.next();
    } else {
      return false;
    }
    text.append('\n');
    return true;
  }

  private void character(boolean escapes, boolean lines, StringBuilder text) throws JsonException {
    int c = cursor.peek();
    if ((c < 0x20 && c != '\t') || c == 0x7f) {
      throw cursor.fault("a control character in a string");
    }
    if (c == '\\' && escapes) {
      escape(lines, text);
    } else {
      text.append((char) cursor.next());
    }
  }

  private void escape(boolean lines, StringBuilder text) throws JsonException {
    At at = cursor.at();
    cursor.next();
    int c = cursor.next();
    switch (c) {
      case 'b' -> text.append('\b');
      case 't' -> text.append('\t');
      case 'n' -> text.append('\n');
      case 'f' -> text.append('\f');
      case 'r' -> text.append('\r');
      case '"' -> text.append('"');
      case '\\' -> text.append('\\');
      case 'u' -> text.appendCodePoint(hex(4, at));
      case 'U' -> text.appendCodePoint(hex(8, at));
      case ' ', '\t', '\n', '\r' -> {
        if (!lines) {
          throw cursor.fault(at, "no escape of TOML");
        }
        continuation(c, at);
      }
      default -> throw cursor.fault(at, "no escape of TOML");
    }
  }

  /** A backslash at the end of a line swallows all white space up to the next character. */
  private void continuation(int first, At at) throws JsonException {
    boolean ended = first == '\n';
    while (cursor.peek() == ' '
        || cursor.peek() == '\t'
        || cursor.peek() == '\n'
        || cursor.peek() == '\r') {
      ended |= cursor.next() == '\n';
    }
    if (!ended) {
      throw cursor.fault(at, "no escape of TOML");
    }
  }

  private int hex(int digits, At at) throws JsonException {
    int point = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(cursor.next(), 16);
      if (digit < 0 || point > 0x10ffff) {
        throw cursor.fault(at, "no escape of TOML");
      }
      point = point * 16 + digit;
    }
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw cursor.fault(at, "an escape of no character");
    }
    return point;
  }
}
