package dev.gatekeeper.allowlist.edit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.io.JsonStringEncoder;

/** An entry to be: its keys in the order in which a person reads them. */
public final class Draft {
  private final String name;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  /** An entry without keys. */
  public Draft(String name) {
    this.name = name;
  }

  /** The entry's name. */
  public String name() {
    return name;
  }

  /** A key with a string; an empty one is left out. */
  public Draft text(String key, String value) {
    if (!value.isEmpty()) {
      keys.put(key, value);
    }
    return this;
  }

  /** A key with an array of strings; an empty one is left out. */
  public Draft texts(String key, List<String> values) {
    if (!values.isEmpty()) {
      keys.put(key, List.copyOf(values));
    }
    return this;
  }

  /** A key with an object of strings; an empty one is left out. */
  public Draft map(String key, Map<String, String> values) {
    if (!values.isEmpty()) {
      keys.put(key, Collections.unmodifiableMap(new LinkedHashMap<>(values)));
    }
    return this;
  }

  /** {@code "tools": {"allow": […]}}, written even where it is empty: it shows where to go on. */
  public Draft tools(List<String> allowed, List<String> denied) {
    Map<String, Object> tools = new LinkedHashMap<>();
    tools.put("allow", List.copyOf(allowed));
    if (!denied.isEmpty()) {
      tools.put("deny", List.copyOf(denied));
    }
    keys.put("tools", tools);
    return this;
  }

  /** {@code "oauth": {…}}: strings, arrays of strings and numbers; it may be empty. */
  public Draft login(Map<String, ?> members) {
    keys.put("oauth", Collections.unmodifiableMap(new LinkedHashMap<>(members)));
    return this;
  }

  /** {@code command} and {@code args} as one line; empty where it starts nothing. */
  public List<String> line() {
    List<String> line = new ArrayList<>();
    if (keys.get("command") instanceof String command) {
      line.add(command);
      if (keys.get("args") instanceof List<?> args) {
        args.forEach(each -> line.add(each.toString()));
      }
    }
    return line;
  }

  /** The same keys with another line. */
  public Draft line(List<String> line) {
    return text("command", line.getFirst()).texts("args", line.subList(1, line.size()));
  }

  /** Whether it says the same, under the same name. */
  public boolean isEqualTo(Draft other) {
    return name.equals(other.name) && keys.equals(other.keys);
  }

  /** As JSON, its first line not indented and the others by {@code margin}. */
  String json(String margin, String indent, String newline) {
    return value(keys, margin, indent, newline);
  }

  private static String value(Object value, String margin, String indent, String newline) {
    return switch (value) {
      case Map<?, ?> map -> object(map, margin, indent, newline);
      case List<?> list -> {
        List<String> elements = new ArrayList<>();
        list.forEach(element -> elements.add(quote(element.toString())));
        yield "[" + String.join(", ", elements) + "]";
      }
      case Integer number -> number.toString();
      default -> quote(value.toString());
    };
  }

  private static String object(Map<?, ?> map, String margin, String indent, String newline) {
    if (map.isEmpty()) {
      return "{}";
    }
    String inner = margin + indent;
    List<String> members = new ArrayList<>();
    map.forEach(
        (key, value) ->
            members.add(
                inner + quote(key.toString()) + ": " + value(value, inner, indent, newline)));
    return "{" + newline + String.join("," + newline, members) + newline + margin + "}";
  }

  static String quote(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + "\"";
  }
}
