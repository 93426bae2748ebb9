package dev.gatekeeper.allowlist.json;

import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a text of which hardly more than the canonical text is wanted. It is copied while the
 * text is read; of such an object the tree has no members but those that are strings.
 *
 * <p>Copied is an object whose keys are in their order, and whose numbers are small and whole, as
 * in most definitions of a lock. Any other is read as what is not wanted here, whatever is wrong
 * with it.
 */
public final class Copies {
  /** Nothing is copied. */
  static final Copies NONE = new Copies(path -> false);

  private final Predicate<List<String>> wanted;
  private final Map<Integer, String> texts = new HashMap<>();

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

  boolean wants(List<String> path) {
    return wanted.test(path);
  }

  /** Passes the object at hand; passes nothing where it is not copied. */
  @Nullable Json take(JsonScan scan, int depth) throws JsonException {
    At at = scan.at();
    Copy copy = new Copy(scan);
    if (scan.peek() != '{' || !copy.object(depth)) {
      scan.back(at);
      return null;
    }
    texts.put(at.start(), copy.out.toString());
    return new JsonObject(scan.to(at), copy.strings);
  }

  /** The text of one object. What passes a value tells whether it can be copied. */
  private static final class Copy {
    private final JsonScan scan;
    private final StringBuilder out = new StringBuilder(1_024);
    private final List<Member> strings = new ArrayList<>();
    private int open;
    private String passed = "";

    Copy(JsonScan scan) {
      this.scan = scan;
    }

    /**
     * @param depth how deep it may nest
     */
    boolean object(int depth) throws JsonException {
      if (depth == 0) {
        return false;
      }
      open++;
      out.append('{');
      String last = null;
      for (boolean more = scan.first('}'); more; more = scan.more('}')) {
        At nameAt = scan.at();
        out.append(last == null ? "" : ",");
        if (scan.peek() != '"' || !string()) {
          return false;
        }
        String name = passed;
        if (last != null && name.compareTo(last) <= 0) {
          return false;
        }
        last = name;
        nameAt = scan.to(nameAt);
        scan.colon();
        out.append(':');
        At at = scan.at();
        boolean text = open == 1 && scan.peek() == '"';
        if (!value(depth - 1)) {
          return false;
        }
        if (text) {
          strings.add(new Member(name, nameAt, new JsonText(scan.to(at), passed)));
        }
      }
      open--;
      out.append('}');
      return true;
    }

    private boolean array(int depth) throws JsonException {
      if (depth == 0) {
        return false;
      }
      open++;
      out.append('[');
      boolean first = true;
      for (boolean more = scan.first(']'); more; more = scan.more(']')) {
        out.append(first ? "" : ",");
        first = false;
        if (!value(depth - 1)) {
          return false;
        }
      }
      open--;
      out.append(']');
      return true;
    }

    private boolean value(int depth) throws JsonException {
      return switch (scan.peek()) {
        case '{' -> object(depth);
        case '[' -> array(depth);
        case '"' -> string();
        case 't' -> word("true");
        case 'f' -> word("false");
        case 'n' -> word("null");
        default -> number();
      };
    }

    private boolean string() throws JsonException {
      passed = scan.string();
      if (scan.isPlain()) {
        out.append('"').append(passed).append('"'); // RFC 8785 escapes nothing else
        return true;
      }
      try {
        out.append(CanonicalJson.of(new JsonText(scan.at(), passed)));
        return true;
      } catch (JsonException e) {
        return false;
      }
    }

    private boolean word(String word) throws JsonException {
      scan.word(word);
      out.append(word);
      return true;
    }

    private boolean number() throws JsonException {
      String digits = scan.number();
      out.append(digits);
      return CanonicalJson.isPlain(digits);
    }
  }
}
