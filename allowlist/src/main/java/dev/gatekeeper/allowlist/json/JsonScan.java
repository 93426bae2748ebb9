package dev.gatekeeper.allowlist.json;

/**
 * Walks over the tokens of a JSON text (RFC 8259), and knows line and column at each of them. What
 * is thrown says where, and nothing of the text.
 */
final class JsonScan {
  /** What {@link #next} gives behind the last character. */
  static final int END = -1;

  private final char[] a;
  private final boolean comments;
  private int at;
  private int line = 1;

  /** Index of the first character of the line. */
  private int lineStart;

  /**
   * @param comments whether comments in the manner of Java, and a comma before a closing bracket,
   *     are let through
   */
  JsonScan(String text, boolean comments) {
    this.a = text.toCharArray();
    this.comments = comments;
  }

  /** Passes white space; the character that follows it. */
  int next() throws JsonException {
    while (at < a.length) {
      switch (a[at]) {
        case ' ', '\t', '\r' -> at++;
        case '\n' -> newLine();
        case '/' -> {
          if (!comments) {
            return '/';
          }
          comment();
        }
        default -> {
          return a[at];
        }
      }
    }
    return END;
  }

  private void newLine() {
    at++;
    line++;
    lineStart = at;
  }

  private void comment() throws JsonException {
    char second = at + 1 < a.length ? a[at + 1] : ' ';
    if (second != '/' && second != '*') {
      throw notJson();
    }
    at += 2;
    while (at < a.length) {
      if (second == '/' && a[at] == '\n') {
        return;
      }
      if (second == '*' && a[at] == '*' && at + 1 < a.length && a[at + 1] == '/') {
        at += 2;
        return;
      }
      if (a[at] == '\n') {
        newLine();
      } else if (a[at] < ' ' && a[at] != '\t' && a[at] != '\r') {
        throw notJson();
      } else {
        at++;
      }
    }
    if (second == '*') {
      throw cutOff();
    }
  }

  /** The character at hand. */
  int peek() {
    return at < a.length ? a[at] : END;
  }

  /** Where the walk stands. */
  At at() {
    return new At(line, at - lineStart + 1, at, at);
  }

  /** {@code start}, ended where the walk stands. */
  At to(At start) {
    return new At(start.line(), start.column(), start.start(), at);
  }

  /**
   * Passes an opening bracket; whether something stands before the closing one, which is passed.
   */
  boolean first(char closing) throws JsonException {
    at++;
    return !closes(closing);
  }

  /** Passes a comma or the closing bracket; whether something stands before the latter. */
  boolean more(char closing) throws JsonException {
    if (closes(closing)) {
      return false;
    }
    if (peek() != ',') {
      throw notJson();
    }
    at++;
    if (next() == closing && !comments) {
      throw notJson();
    }
    return !closes(closing);
  }

  private boolean closes(char closing) throws JsonException {
    int next = next();
    if (next == END) {
      throw cutOff();
    }
    if (next != closing) {
      return false;
    }
    at++;
    return true;
  }

  /** Passes what stands between a key and its value. */
  void colon() throws JsonException {
    if (next() != ':') {
      throw notJson();
    }
    at++;
    next();
  }

  /** Passes a word. */
  void word(String word) throws JsonException {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        throw notJson();
      }
      at++;
    }
  }

  /** Passes a number: its characters. */
  String number() throws JsonException {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    return new String(a, start, at - start);
  }

  private void digits() throws JsonException {
    int start = at;
    while (at < a.length && a[at] >= '0' && a[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw notJson();
    }
  }

  /** All of the text; read only. */
  char[] characters() {
    return a;
  }

  /** Goes to where {@link #at()} is this. */
  void go(At place) {
    at = place.start();
    line = place.line();
    lineStart = place.start() - place.column() + 1;
  }

  /** Passes a string: what it means. */
  String string() throws JsonException {
    int start = ++at;
    int i = start;
    while (i < a.length && a[i] != '"' && a[i] != '\\' && a[i] >= ' ') {
      i++;
    }
    at = i;
    if (peek() == '"') {
      at++;
      return new String(a, start, i - start);
    }
    StringBuilder text = new StringBuilder().append(a, start, i - start);
    while (peek() != '"') {
      if (peek() == END) {
        throw cutOff();
      }
      if (a[at] < ' ') {
        throw notJson();
      }
      text.append(a[at] == '\\' ? escaped() : a[at++]);
    }
    at++;
    return text.toString();
  }

  private char escaped() throws JsonException {
    at++;
    int kind = peek();
    if (kind == 'u') {
      return unicode();
    }
    int known = "\"\\/bfnrt".indexOf(kind);
    if (known < 0) {
      throw notJson();
    }
    at++;
    return "\"\\/\b\f\n\r\t".charAt(known);
  }

  private char unicode() throws JsonException {
    int code = 0;
    at++;
    for (int i = 0; i < 4; i++) {
      int c = peek();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1; // other scripts have digits, too
      if (digit < 0) {
        throw notJson();
      }
      code = code << 4 | digit;
      at++;
    }
    return (char) code;
  }

  /** Something wrong here. */
  JsonException fault(String why) {
    return new JsonException(at(), why);
  }

  /** What stands here has no place in JSON. */
  JsonException notJson() {
    return peek() == END ? cutOff() : fault("this is not JSON");
  }

  private JsonException cutOff() {
    return fault("the text ends in the middle of a value");
  }
}
