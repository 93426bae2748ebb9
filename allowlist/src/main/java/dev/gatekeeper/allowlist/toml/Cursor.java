package dev.gatekeeper.allowlist.toml;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.JsonException;

/** A place in the text, and how it moves on. */
final class Cursor {
  /** What {@link #peek} gives behind the last character: no text holds it. */
  static final int END = -1;

  private final String text;
  private int index;
  private int line = 1;
  private int lineStart;

  Cursor(String text) {
    this.text = text;
  }

  At at() {
    return new At(line, index - lineStart + 1, index, index);
  }

  /** {@code from}, ended here. */
  At since(At from) {
    return new At(from.line(), from.column(), from.start(), index);
  }

  boolean isEnd() {
    return index >= text.length();
  }

  int peek() {
    return isEnd() ? END : text.charAt(index);
  }

  boolean startsWith(String word) {
    return text.startsWith(word, index);
  }

  int next() {
    if (isEnd()) {
      return END;
    }
    char c = text.charAt(index++);
    if (c == '\n') {
      line++;
      lineStart = index;
    }
    return c;
  }

  /** Whether a digit stands behind the next character. */
  boolean digitFollows() {
    return index + 1 < text.length()
        && text.charAt(index + 1) >= '0'
        && text.charAt(index + 1) <= '9';
  }

  void skip(int count) {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  void expect(char wanted) throws JsonException {
    skipSpace();
    if (peek() != wanted) {
      throw fault(isEnd() ? "the text ends where '" + wanted + "' is missing" : missing(wanted));
    }
    next();
  }

  private static String missing(char wanted) {
    return "'" + wanted + "' is missing here";
  }

  void skipSpace() {
    while (peek() == ' ' || peek() == '\t') {
      next();
    }
  }

  /** Over white space, line ends and comments. */
  void skipLines() throws JsonException {
    while (true) {
      skipSpace();
      if (peek() == '#') {
        comment();
      } else if (peek() == '\n' || startsWith("\r\n")) {
        next();
      } else {
        return;
      }
    }
  }

  private void comment() throws JsonException {
    while (!isEnd() && peek() != '\n' && !startsWith("\r\n")) {
      if ((peek() < 0x20 && peek() != '\t') || peek() == 0x7f) {
        throw fault("a control character in a comment");
      }
      next();
    }
  }

  /** Nothing but a comment may follow on the line. */
  void endOfLine() throws JsonException {
    skipSpace();
    if (peek() == '#') {
      comment();
    }
    if (!isEnd() && peek() != '\n' && !startsWith("\r\n")) {
      throw fault("something follows on the line of a value");
    }
  }

  JsonException fault(String message) {
    return new JsonException(at(), message);
  }

  JsonException fault(At at, String message) {
    return new JsonException(at, message);
  }
}
