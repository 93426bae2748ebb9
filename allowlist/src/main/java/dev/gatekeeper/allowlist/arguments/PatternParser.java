package dev.gatekeeper.allowlist.arguments;

import java.util.ArrayList;
import java.util.List;

/** Reads the subset of ECMA-262 regular expressions that {@link LinearPattern} matches. */
final class PatternParser {
  /** Characters; longer ones are not read by a person. */
  static final int MAX_LENGTH = 500;

  /** Count in braces: each repetition is a copy of what it repeats. */
  private static final int MAX_COUNT = 256;

  /** Groups in groups: the parser calls itself for each. */
  private static final int MAX_DEPTH = 20;

  /** A part of a pattern. */
  sealed interface Node {}

  /** One character. */
  record One(CharSet set) implements Node {}

  /** All in order. */
  record Sequence(List<Node> nodes) implements Node {}

  /** Any one of them. */
  record Choice(List<Node> nodes) implements Node {}

  /** From {@code least} to {@code most} times; a negative {@code most} is no bound. */
  record Repeat(Node node, int least, int most) implements Node {}

  private final String pattern;
  private int at;
  private int depth;

  private PatternParser(String pattern) {
    this.pattern = pattern;
  }

  /** The tree of what stands between {@code ^} and {@code $}. */
  static Node parse(String pattern) throws PatternException {
    if (pattern.length() > MAX_LENGTH) {
      throw new PatternException("it is longer than " + MAX_LENGTH + " characters", MAX_LENGTH);
    }
    return new PatternParser(pattern).whole();
  }

  private Node whole() throws PatternException {
    List<Node> alternatives = new ArrayList<>();
    do {
      if (!accept('^')) {
        throw new PatternException("it does not start with \"^\"", at);
      }
      alternatives.add(sequence());
      if (!accept('$')) {
        throw new PatternException(
            more() && peek() == ')' ? "\")\" without \"(\"" : "it does not end with \"$\"", at);
      }
    } while (accept('|'));
    if (more()) {
      throw new PatternException("something follows \"$\"", at);
    }
    return alternatives.size() == 1 ? alternatives.getFirst() : new Choice(alternatives);
  }

  private Node choice() throws PatternException {
    if (++depth > MAX_DEPTH) {
      throw new PatternException("its groups are nested too deeply", at);
    }
    List<Node> alternatives = new ArrayList<>();
    do {
      alternatives.add(sequence());
    } while (accept('|'));
    depth--;
    return alternatives.size() == 1 ? alternatives.getFirst() : new Choice(alternatives);
  }

  private Node sequence() throws PatternException {
    List<Node> nodes = new ArrayList<>();
    while (more() && peek() != '|' && peek() != ')' && peek() != '$') {
      nodes.add(quantified(atom()));
    }
    return nodes.size() == 1 ? nodes.getFirst() : new Sequence(nodes);
  }

  private Node atom() throws PatternException {
    int start = at;
    int point = next();
    return switch (point) {
      case '.' -> new One(CharSet.ANY);
      case '[' -> new One(set());
      case '\\' -> new One(escape());
      case '(' -> {
        if (accept('?') && !accept(':')) {
          throw new PatternException("lookaround and named groups are not matched", start);
        }
        Node inner = choice();
        if (!accept(')')) {
          throw new PatternException("\"(\" without \")\"", start);
        }
        yield inner;
      }
      case '^' -> throw new PatternException("\"^\" stands inside of it", start);
      case '*', '+', '?', '{' ->
          throw new PatternException("nothing stands before a quantifier", start);
      case '}', ']' -> throw new PatternException("a bracket without its partner", start);
      default -> new One(CharSet.of(point));
    };
  }

  private Node quantified(Node node) throws PatternException {
    if (!more()) {
      return node;
    }
    int start = at;
    Node repeated =
        switch (peek()) {
          case '*' -> repeat(node, 0, -1);
          case '+' -> repeat(node, 1, -1);
          case '?' -> repeat(node, 0, 1);
          case '{' -> counted(node);
          default -> node;
        };
    if (at > start && more() && "*+?{".indexOf(peek()) >= 0) {
      throw new PatternException("a quantifier follows a quantifier", at);
    }
    return repeated;
  }

  private Node repeat(Node node, int least, int most) {
    at++;
    return new Repeat(node, least, most);
  }

  private Node counted(Node node) throws PatternException {
    int start = at++;
    int least = count(start);
    int most = least;
    if (accept(',')) {
      most = more() && peek() == '}' ? -1 : count(start);
    }
    if (!accept('}') || (most >= 0 && most < least)) {
      throw new PatternException("this is no count", start);
    }
    return new Repeat(node, least, most);
  }

  private int count(int start) throws PatternException {
    int digits = at;
    while (more() && peek() >= '0' && peek() <= '9' && at - digits < 4) {
      at++;
    }
    int count = digits == at ? -1 : Integer.parseInt(pattern.substring(digits, at));
    if (count < 0 || count > MAX_COUNT) {
      throw new PatternException("a count is a number up to " + MAX_COUNT, start);
    }
    return count;
  }

  private CharSet set() throws PatternException {
    int start = at - 1;
    boolean negated = accept('^');
    CharSet set = new CharSet(new int[0], false);
    boolean empty = true;
    while (more() && peek() != ']') {
      CharSet first = member();
      if (more() && peek() == '-' && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') {
        at++;
        set = set.with(range(first, member(), start));
      } else {
        set = set.with(first);
      }
      empty = false;
    }
    if (!accept(']') || empty) {
      throw new PatternException("a set of characters without its end, or empty", start);
    }
    return negated ? set.complement() : set;
  }

  private static CharSet range(CharSet first, CharSet last, int start) throws PatternException {
    int[] from = first.bounds();
    int[] to = last.bounds();
    boolean single = from.length == 2 && to.length == 2 && from[0] == from[1] && to[0] == to[1];
    if (!single || from[0] > to[0]) {
      throw new PatternException("this is no range of characters", start);
    }
    return new CharSet(new int[] {from[0], to[0]}, false);
  }

  private CharSet member() throws PatternException {
    int start = at;
    int point = next();
    if (point == '[') {
      throw new PatternException("\"[\" in a set is written \"\\[\"", start);
    }
    CharSet set = point == '\\' ? escape() : CharSet.of(point);
    if (set.negated()) {
      throw new PatternException("a negated class cannot stand in a set", start);
    }
    return set;
  }

  private CharSet escape() throws PatternException {
    int start = at - 1;
    int point = next();
    return switch (point) {
      case 'd' -> CharSet.DIGIT;
      case 'D' -> CharSet.DIGIT.complement();
      case 'w' -> CharSet.WORD;
      case 'W' -> CharSet.WORD.complement();
      case 's' -> CharSet.SPACE;
      case 'S' -> CharSet.SPACE.complement();
      case 't' -> CharSet.of('\t');
      case 'n' -> CharSet.of('\n');
      case 'r' -> CharSet.of('\r');
      case 'u' -> CharSet.of(unicode(start));
      default -> {
        if (point < 0x80 && !Character.isLetterOrDigit(point) && point > ' ') {
          yield CharSet.of(point);
        }
        throw new PatternException("this escape is not matched", start);
      }
    };
  }

  private int unicode(int start) throws PatternException {
    String digits = pattern.substring(at, Math.min(pattern.length(), at + 4));
    if (!digits.matches("[0-9a-fA-F]{4}")) {
      throw new PatternException("\"\\u\" without four hexadecimal digits", start);
    }
    at += 4;
    int unit = Integer.parseInt(digits, 16);
    if (Character.isSurrogate((char) unit)) {
      throw new PatternException("half a character: write the character itself", start);
    }
    return unit;
  }

  private boolean more() {
    return at < pattern.length();
  }

  private char peek() {
    return pattern.charAt(at);
  }

  private boolean accept(char expected) {
    if (more() && peek() == expected) {
      at++;
      return true;
    }
    return false;
  }

  private int next() throws PatternException {
    if (!more()) {
      throw new PatternException("it ends too early", at);
    }
    int point = pattern.codePointAt(at);
    at += Character.charCount(point);
    return point;
  }
}
