package dev.gatekeeper.cli.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a {@code .env} file as bytes: values never become strings.
 *
 * <p>{@code KEY=value}, {@code export KEY=value}, comments, values in single quotes (literal), in
 * double quotes ({@code \n \r \" \\ \$} are escapes; may span lines) or bare (a comment begins at
 * {@code " #"}). Programs differ in whether {@code $NAME} refers to another variable, and in what
 * another escape means; such a value is not guessed at but refused.
 */
final class DotEnv implements AutoCloseable {
  /** A line that is not understood. Says where, not what. */
  record Problem(int line, String message) {}

  /** One variable; the value is wiped when the file is closed. */
  static final class Variable {
    private final String key;
    private final byte[] value;
    private final int firstLine;
    private final int lastLine;

    Variable(String key, byte[] value, int firstLine, int lastLine) {
      this.key = key;
      this.value = value;
      this.firstLine = firstLine;
      this.lastLine = lastLine;
    }

    String key() {
      return key;
    }

    /** A copy, for the vault to take over. */
    byte[] unsafeValue() {
      return value.clone();
    }

    boolean isEmpty() {
      return value.length == 0;
    }

    int firstLine() {
      return firstLine;
    }

    int lastLine() {
      return lastLine;
    }
  }

  /** What programs agree on behind a backslash, or nearly. */
  private static final String ESCAPES = "nr\"\\$";

  private static final String REFERS = "the value refers to another variable";

  private final byte[] text;
  private final List<Variable> variables = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private int at;
  private int line = 1;
  private String problem = "";

  private DotEnv(byte[] text) {
    this.text = text;
  }

  /** Reads all of {@code text}, which is taken over. */
  static DotEnv parse(byte[] text) {
    DotEnv file = new DotEnv(text);
    Set<String> keys = new HashSet<>();
    while (file.at < text.length) {
      file.line(keys);
    }
    return file;
  }

  List<Variable> variables() {
    return variables;
  }

  List<Problem> problems() {
    return problems;
  }

  /** The file without the lines of {@code moved}. */
  byte[] without(List<Variable> moved) {
    byte[] rest = new byte[text.length];
    int length = 0;
    int number = 1;
    for (byte b : text) {
      int here = number;
      if (moved.stream().noneMatch(v -> v.firstLine <= here && here <= v.lastLine)) {
        rest[length++] = b;
      }
      number += b == '\n' ? 1 : 0;
    }
    byte[] exact = Arrays.copyOf(rest, length);
    Arrays.fill(rest, (byte) 0);
    return exact;
  }

  private void line(Set<String> keys) {
    int first = line;
    skipBlanks();
    if (isEnd() || text[at] == '#') {
      skipLine();
      return;
    }
    String key = key();
    if (key.isEmpty()) {
      problems.add(new Problem(first, "not KEY=value"));
      skipLine();
      return;
    }
    problem = "";
    byte[] value = value();
    if (problem.isEmpty() && !keys.add(key)) {
      problem = "the variable is set twice";
    }
    if (problem.isEmpty()) {
      variables.add(new Variable(key, value, first, line));
    } else {
      Arrays.fill(value, (byte) 0);
      problems.add(new Problem(first, problem));
    }
    skipLine();
  }

  private String key() {
    String word = word();
    if (word.equals("export") && !isEnd() && isBlank(text[at])) {
      skipBlanks();
      word = word();
    }
    skipBlanks();
    if (isEnd() || text[at] != '=') {
      return "";
    }
    at++;
    return word;
  }

  private String word() {
    int start = at;
    while (at < text.length && isWord(text[at])) {
      at++;
    }
    boolean digit = at > start && text[start] >= '0' && text[start] <= '9';
    return digit ? "" : new String(text, start, at - start, US_ASCII);
  }

  /** The value, and in {@link #problem} what is wrong with it. */
  private byte[] value() {
    skipBlanks();
    byte quote = isEnd() ? 0 : text[at];
    if (quote == '\'' || quote == '"') {
      at++;
      return quoted(quote);
    }
    int start = at;
    int end = at;
    while (!isEnd() && !(text[at] == '#' && isBlank(text[at - 1]))) {
      at++;
      end = isBlank(text[at - 1]) || text[at - 1] == '\r' ? end : at;
    }
    byte[] bytes = Arrays.copyOfRange(text, start, end);
    problem = refers(bytes) ? REFERS : "";
    return bytes;
  }

  private byte[] quoted(byte quote) {
    byte[] buffer = new byte[text.length - at];
    int length = 0;
    boolean refers = false;
    boolean differs = false;
    while (at < text.length && text[at] != quote) {
      byte b = next();
      if (quote == '"' && b == '\\' && at < text.length) {
        byte escaped = next();
        differs |= ESCAPES.indexOf(escaped) < 0;
        b = unescaped(escaped);
      } else if (quote == '"' && b == '$') {
        refers |= at < text.length && (text[at] == '{' || Character.isLetter(text[at] & 0xff));
      }
      buffer[length++] = b;
    }
    byte[] bytes = Arrays.copyOf(buffer, length);
    Arrays.fill(buffer, (byte) 0);
    if (at == text.length) {
      problem = "a quote is not closed";
      return bytes;
    }
    at++;
    skipBlanks();
    boolean rest = !isEnd() && text[at] != '#' && text[at] != '\r';
    problem =
        rest
            ? "something follows the closing quote"
            : refers ? REFERS : differs ? "programs differ in what a backslash means there" : "";
    return bytes;
  }

  /** The next byte within quotes: the only ones that may end a line within a value. */
  private byte next() {
    byte b = text[at++];
    line += b == '\n' ? 1 : 0;
    return b;
  }

  private static byte unescaped(byte b) {
    return switch (b) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      default -> b;
    };
  }

  private static boolean refers(byte[] bytes) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == '$' && (bytes[i + 1] == '{' || Character.isLetter(bytes[i + 1] & 0xff))) {
        return true;
      }
    }
    return false;
  }

  private void skipBlanks() {
    while (!isEnd() && isBlank(text[at])) {
      at++;
    }
  }

  private void skipLine() {
    while (!isEnd()) {
      at++;
    }
    at++;
    line++;
  }

  private boolean isEnd() {
    return at >= text.length || text[at] == '\n';
  }

  private static boolean isWord(byte b) {
    return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '_';
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  @Override
  public void close() {
    Arrays.fill(text, (byte) 0);
    variables.forEach(variable -> Arrays.fill(variable.value, (byte) 0));
  }
}
