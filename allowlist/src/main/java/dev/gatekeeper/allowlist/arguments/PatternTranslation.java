package dev.gatekeeper.allowlist.arguments;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a regular expression of ECMA-262 as RE2 reads it. Only tokens pass that mean the same to
 * both; the rest of the syntax (ranges in order, one quantifier at a time) is for RE2 to refuse.
 */
final class PatternTranslation {
  /** Characters; longer ones are not read by a person. */
  private static final int MAX_LENGTH = 500;

  /** Count in braces: each repetition is a copy of what it repeats. */
  private static final int MAX_COUNT = 256;

  /** Characters and forks once counts are written out: the work for one character of text. */
  private static final int MAX_STATES = 1_000;

  /** White space and line ends of ECMA-262; RE2 knows those of ASCII only. */
  private static final String SPACE =
      "\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}"
          + "\\x{feff}";

  private static final String ANY = "[^\\n\\r\\x{2028}\\x{2029}]";

  /** Half a character (a surrogate) has no place in a text that is read by code point. */
  private static final String ESCAPE =
      "\\\\(?:[tnr!-/:-@\\[-`{-~]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})";

  private static final String IN_SET = "(?:[^\\\\\\[\\]]|" + ESCAPE + ")";

  private static final String SET =
      "\\[\\^?+(?:\\\\[dws](?!-[^\\]])|"
          + (IN_SET + "(?:-" + IN_SET + ")?+(?!-\\\\[dws])")
          + ")++\\]";

  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<atom>\\.|\\\\[dDwWsS]|"
              + ESCAPE
              + "|"
              + SET
              + "|[^\\\\^$.*+?()\\[\\]{}|])"
              + "|(?<open>\\((?:\\?:|(?!\\?)))|(?<close>\\))|(?<or>\\|)|(?<first>\\^)|(?<last>\\$)"
              + "|(?<times>[*+?])|\\{(?<least>\\d{1,4})(?<comma>,(?<most>\\d{0,4}))?\\}");

  private static final Pattern ESCAPED = Pattern.compile("\\\\(u(....)|.)", Pattern.DOTALL);

  private final String pattern;
  private final StringBuilder translated = new StringBuilder();

  /** States before each open group. */
  private final Deque<Integer> groups = new ArrayDeque<>();

  private int states;

  /** States of what a quantifier would repeat; 0 where nothing stands there. */
  private int repeatable;

  private int at;

  private PatternTranslation(String pattern) {
    this.pattern = pattern;
  }

  /** The same for RE2; one that describes the whole text, and of a bounded size. */
  static String of(String pattern) throws PatternException {
    if (pattern.length() > MAX_LENGTH) {
      throw new PatternException("it is longer than " + MAX_LENGTH + " characters", MAX_LENGTH);
    }
    return new PatternTranslation(pattern).whole();
  }

  private String whole() throws PatternException {
    Matcher token = TOKEN.matcher(pattern);
    boolean first = true;
    boolean last = false;
    while (at < pattern.length()) {
      if (first != (pattern.charAt(at) == '^')) {
        throw fault(first ? "it does not start with \"^\"" : "\"^\" stands inside of it");
      }
      if (!token.region(at, pattern.length()).lookingAt()) {
        throw fault(unmatched(pattern.charAt(at)));
      }
      boolean outside = groups.isEmpty();
      if (last && token.group("or") == null) {
        throw fault("something follows \"$\"");
      }
      if (outside && !last && token.group("or") != null) {
        throw fault("it does not end with \"$\"");
      }
      first = outside && token.group("or") != null;
      last = token.group("last") != null;
      token(token);
      at = token.end();
    }
    if (!last) {
      throw fault(first ? "it does not start with \"^\"" : "it does not end with \"$\"");
    }
    return translated.toString();
  }

  private void token(Matcher token) throws PatternException {
    if (token.group("atom") != null) {
      atom(token.group("atom"));
    } else if (token.group("times") != null) {
      repeat(token.group("times"), 1);
    } else if (token.group("least") != null) {
      counted(token);
    } else {
      structure(token);
    }
  }

  private void atom(String atom) throws PatternException {
    String space = atom.startsWith("[") ? SPACE : "[" + SPACE + "]";
    translated.append(
        atom.equals(".")
            ? ANY
            : ESCAPED
                .matcher(atom)
                .replaceAll(
                    escape ->
                        Matcher.quoteReplacement(
                            switch (escape.group(1).charAt(0)) {
                              case 'u' -> "\\x{" + escape.group(2) + "}";
                              case 's' -> space;
                              case 'S' -> "[^" + SPACE + "]";
                              default -> escape.group();
                            })));
    grow(1);
    repeatable = 1;
  }

  private void structure(Matcher token) throws PatternException {
    if (token.group("close") != null) {
      if (groups.isEmpty()) {
        throw fault("\")\" without \"(\"");
      }
      translated.append(')');
      repeatable = Math.max(1, states - groups.pop());
      return;
    }
    if (token.group("open") != null) {
      groups.push(states);
    } else if (token.group("or") != null) {
      grow(1);
    } else if (!groups.isEmpty()) {
      throw fault("\"(\" without \")\"");
    }
    translated.append(token.group("open") != null ? "(?:" : token.group());
    repeatable = 0;
  }

  private void counted(Matcher token) throws PatternException {
    int least = Integer.parseInt(token.group("least"));
    String upper = token.group("comma") == null ? token.group("least") : token.group("most");
    int most = upper.isEmpty() ? least : Integer.parseInt(upper);
    if (Math.max(least, most) > MAX_COUNT) {
      throw fault("a count is a number up to " + MAX_COUNT);
    }
    repeat(token.group(), Math.max(1, most));
  }

  private void repeat(String quantifier, int most) throws PatternException {
    if (repeatable == 0) {
      throw fault("nothing stands before a quantifier");
    }
    translated.append(quantifier);
    grow((long) repeatable * (most - 1) + 1);
    repeatable = 0;
  }

  private void grow(long by) throws PatternException {
    if (states + by > MAX_STATES) {
      throw new PatternException("it is too large once its counts are written out", 0);
    }
    states += (int) by;
  }

  private static String unmatched(char start) {
    return switch (start) {
      case '\\' -> "this escape is not matched";
      case '(' -> "lookaround and named groups are not matched";
      case '[' -> "a set of characters without its end, or of what is not matched in a set";
      case '{' -> "this is no count";
      default -> "a bracket without its partner";
    };
  }

  private PatternException fault(String message) {
    return new PatternException(message, at);
  }
}
