package dev.gatekeeper.allowlist.json;

import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a text of which hardly more than the canonical text is wanted. It is copied while the
 * text is read; of such an object the tree has no members but those that are strings.
 *
 * <p>Copied is an object whose keys are in their order and without an escape, none of its own being
 * another in other case, and whose numbers are small and whole, as in most definitions of a lock.
 * Any other is read as what is not wanted here, whatever is wrong with it.
 */
public final class Copies {
  /** Nothing is copied. */
  static final Copies NONE = new Copies(path -> false);

  private final Predicate<List<String>> wanted;
  private final Map<Integer, String> texts = new HashMap<>();
  private final Map<Integer, Integer> places = new HashMap<>();
  private char[] out = new char[4_096];

  /**
   * @param wanted whether the object is one of them to which these keys lead
   */
  public Copies(Predicate<List<String>> wanted) {
    this.wanted = wanted;
  }

  /** The RFC 8785 form of {@code object}; empty where the tree has all of it. */
  public Optional<String> of(JsonObject object) {
    return Optional.ofNullable(texts.get(object.at().start()));
  }

  /** Where a member's value, a string, starts in the copy of its object; empty without a copy. */
  public OptionalInt place(Json value) {
    Integer place = places.get(value.at().start());
    return place == null ? OptionalInt.empty() : OptionalInt.of(place);
  }

  boolean wants(List<String> path) {
    return wanted.test(path);
  }

  /** Passes the object at hand; passes nothing where it is not copied. */
  @Nullable Json take(JsonScan scan, int depth) {
    At start = scan.at();
    Copy copy = new Copy(scan);
    if (scan.peek() != '{' || depth == 0 || !copy.whole(depth)) {
      scan.go(start);
      return null;
    }
    scan.go(copy.here());
    texts.put(start.start(), new String(out, 0, copy.length));
    places.putAll(copy.placed);
    return new JsonObject(scan.to(start), copy.strings);
  }

  /**
   * The text of one object, which is walked over here and not by the scan: in a process that has
   * just begun each character costs what is done with it. What passes something tells whether that
   * can be copied.
   */
  private final class Copy {
    private final JsonScan scan;
    private final char[] in;
    private final List<String> names = new ArrayList<>();
    private final List<Member> strings = new ArrayList<>();
    private final Map<Integer, Integer> placed = new HashMap<>();
    private int at;
    private int line;
    private int lineStart;
    private int length;

    /** Whether the string that was passed last has no escape. */
    private boolean plain;

    Copy(JsonScan scan) {
      At start = scan.at();
      this.scan = scan;
      this.in = scan.characters();
      this.at = start.start();
      this.line = start.line();
      this.lineStart = at - start.column() + 1;
    }

    At here() {
      return new At(line, at - lineStart + 1, at, at);
    }

    private At to(At start) {
      return new At(start.line(), start.column(), start.start(), at);
    }

    /**
     * Passes the object at hand, of whose members more is kept than the copy.
     *
     * @param depth how deep it may nest
     */
    boolean whole(int depth) {
      put('{');
      int last = -1;
      while (more(last < 0, '}')) {
        At nameAt = here();
        if (!name(last) || !isNew(text(nameAt))) {
          return false;
        }
        last = nameAt.start();
        nameAt = to(nameAt);
        int first = colon();
        At start = here();
        int place = length;
        if (first < 0 || !value(depth - 1)) {
          return false;
        }
        if (first == '"') {
          placed.put(start.start(), place);
          JsonText value = new JsonText(to(start), plain ? text(start) : decoded(start));
          strings.add(new Member(names.getLast(), nameAt, value));
        }
      }
      return close('}');
    }

    /** Whether no other name of the object is this one, or is but for case. */
    private boolean isNew(String name) {
      for (String other : names) {
        if (other.equalsIgnoreCase(name)) {
          return false;
        }
      }
      return names.add(name);
    }

    /** What the string means that started there and ends here, and has no escape. */
    private String text(At start) {
      return new String(in, start.start() + 1, at - start.start() - 2);
    }

    private String decoded(At start) {
      scan.go(start);
      try {
        return scan.string();
      } catch (JsonException e) {
        throw new AssertionError("it was read before", e);
      }
    }

    private boolean object(int depth) {
      if (depth == 0) {
        return false;
      }
      put('{');
      int last = -1;
      while (more(last < 0, '}')) {
        int name = at;
        if (!name(last)) {
          return false;
        }
        last = name;
        if (colon() < 0 || !value(depth - 1)) {
          return false;
        }
      }
      return close('}');
    }

    private boolean array(int depth) {
      if (depth == 0) {
        return false;
      }
      put('[');
      boolean first = true;
      while (more(first, ']')) {
        first = false;
        if (!value(depth - 1)) {
          return false;
        }
      }
      return close(']');
    }

    private boolean value(int depth) {
      return switch (peek()) {
        case '{' -> object(depth);
        case '[' -> array(depth);
        case '"' -> string();
        case 't' -> word("true");
        case 'f' -> word("false");
        case 'n' -> word("null");
        default -> number();
      };
    }

    private int peek() {
      return at < in.length ? in[at] : JsonScan.END;
    }

    /** Passes white space: the character behind it. */
    private int next() {
      int i = at;
      while (i < in.length) {
        char c = in[i];
        if (c == '\n') {
          line++;
          lineStart = i + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
          break;
        }
        i++;
      }
      at = i;
      return peek();
    }

    /** Passes what stands before a member or an element, where one follows. */
    private boolean more(boolean first, char closing) {
      int next = next();
      if (next == closing || (!first && next != ',')) {
        return false;
      }
      if (!first) {
        put(',');
        next();
      }
      return true;
    }

    private boolean close(char closing) {
      if (peek() != closing) {
        return false;
      }
      put(closing);
      return true;
    }

    /** Passes what stands between a name and its value: the first character of that. */
    private int colon() {
      if (next() != ':') {
        return JsonScan.END;
      }
      put(':');
      return next();
    }

    /** Passes a name that has to follow the one at {@code last} in order, if there is one. */
    private boolean name(int last) {
      int start = at;
      return peek() == '"' && string() && plain && (last < 0 || isBefore(last, start));
    }

    /** By UTF-16 code units, of two names without an escape; the quote behind them ends them. */
    private boolean isBefore(int one, int other) {
      int a = one + 1;
      int b = other + 1;
      while (in[a] == in[b] && in[a] != '"') {
        a++;
        b++;
      }
      return in[b] != '"' && (in[a] == '"' || in[a] < in[b]);
    }

    private boolean string() {
      plain = true;
      int i = at + 1;
      while (i < in.length && in[i] != '"') {
        if (in[i] < ' ') {
          return false;
        }
        if (in[i] == '\\') {
          plain = false;
          i++;
          if (i == in.length || "\"\\bfnrt".indexOf(in[i]) < 0) {
            return rewritten(); // RFC 8785 writes it in another way
          }
        }
        i++;
      }
      if (i >= in.length) {
        return false;
      }
      append(in, at, i + 1 - at);
      at = i + 1;
      return true;
    }

    private boolean rewritten() {
      At start = here();
      scan.go(start);
      try {
        char[] text = CanonicalJson.of(new JsonText(start, scan.string())).toCharArray();
        append(text, 0, text.length);
        at = scan.at().start();
        return true;
      } catch (JsonException e) {
        return false;
      }
    }

    private boolean word(String word) {
      for (int i = 0; i < word.length(); i++) {
        if (peek() != word.charAt(i)) {
          return false;
        }
        put(word.charAt(i));
      }
      return true;
    }

    /** What follows digits tells whether that was all of the number. */
    private boolean number() {
      int i = at;
      while (i < in.length && in[i] >= '0' && in[i] <= '9') {
        i++;
      }
      int digits = i - at;
      if (digits == 0 || digits > CanonicalJson.PLAIN_DIGITS || (digits > 1 && in[at] == '0')) {
        return false;
      }
      append(in, at, digits);
      at = i;
      return true;
    }

    private void put(char c) {
      if (length == out.length) {
        out = Arrays.copyOf(out, 2 * length);
      }
      out[length++] = c;
      at++;
    }

    private void append(char[] text, int from, int count) {
      if (length + count > out.length) {
        out = Arrays.copyOf(out, 2 * (length + count));
      }
      System.arraycopy(text, from, out, length, count);
      length += count;
    }
  }
}
