package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the text of a {@link Lock}: sorted, indented, one field a line, so that a change of one
 * field is one line of a review; the same lock gives the same bytes. Characters that a person does
 * not see, or that turn the line around, stand escaped.
 */
public final class LockText {
  private final StringBuilder out = new StringBuilder();

  private LockText() {}

  /** The member of the lock that holds the definitions of a kind, as MCP calls their list. */
  public static String member(Subject.Kind kind) {
    return switch (kind) {
      case TOOL -> "tools";
      case PROMPT -> "prompts";
      case RESOURCE -> "resources";
      case TEMPLATE -> "resourceTemplates";
    };
  }

  /** The whole text, which ends with a line feed. */
  public static String of(Lock lock) {
    SortedMap<String, Object> servers = new TreeMap<>();
    lock.servers().forEach((name, server) -> servers.put(name, server(server)));
    LockText text = new LockText();
    SortedMap<String, Object> members = new TreeMap<>(Map.of("version", 1, "servers", servers));
    if (!lock.commands().isEmpty()) {
      SortedMap<String, Object> commands = new TreeMap<>();
      lock.commands().forEach((name, command) -> commands.put(name, command(command)));
      members.put("commands", commands);
    }
    text.object(members, 0);
    return text.out.append('\n').toString();
  }

  private static SortedMap<String, Object> command(LockedCommand command) {
    return new TreeMap<>(
        Map.of("entry", command.entry(), "pins", new TreeMap<String, Object>(command.pins())));
  }

  private static SortedMap<String, Object> server(LockedServer server) {
    SortedMap<String, Object> members = new TreeMap<>();
    members.put("entry", server.entry());
    members.put("pins", new TreeMap<String, Object>(server.pins()));
    members.put("profile", List.copyOf(server.profile()));
    members.put("protocolVersion", server.protocolVersion());
    members.put("serverInfo", parsed(server.serverInfo()));
    server
        .instructions()
        .ifPresent(
            text ->
                members.put(
                    "instructions",
                    new TreeMap<>(Map.of("sha256", Definition.digestOf(text), "text", text))));
    for (Subject.Kind kind : Subject.Kind.values()) {
      SortedMap<String, Object> definitions = new TreeMap<>();
      server.of(kind).forEach((name, definition) -> definitions.put(name, definition(definition)));
      if (!definitions.isEmpty()) {
        members.put(member(kind), definitions);
      }
    }
    return members;
  }

  private static SortedMap<String, Object> definition(Definition definition) {
    return new TreeMap<>(
        Map.of(
            "name", definition.publicName(),
            "sha256", definition.digest(),
            "tokens", definition.tokens(),
            "definition", parsed(definition.canonical())));
  }

  private static Json parsed(String canonical) {
    try {
      return JsonReader.read(canonical, fault -> {});
    } catch (JsonException e) {
      throw new AssertionError("canonical text is JSON", e);
    }
  }

  private void value(Object value, int depth) {
    switch (value) {
      case SortedMap<?, ?> map -> object(map, depth);
      case JsonObject object -> {
        SortedMap<String, Object> members = new TreeMap<>();
        object.members().forEach(member -> members.put(member.name(), member.value()));
        object(members, depth);
      }
      case JsonArray array -> array(array.elements(), depth);
      case List<?> list -> array(list, depth);
      case JsonText text -> quote(text.text());
      case String text -> quote(text);
      case Json scalar -> out.append(canonical(scalar));
      default -> out.append(value);
    }
  }

  private void object(SortedMap<?, ?> members, int depth) {
    if (members.isEmpty()) {
      out.append("{}");
      return;
    }
    out.append('{');
    String between = "";
    for (Map.Entry<?, ?> member : members.entrySet()) {
      out.append(between);
      line(depth + 1);
      quote((String) member.getKey());
      out.append(": ");
      value(member.getValue(), depth + 1);
      between = ",";
    }
    line(depth);
    out.append('}');
  }

  private void array(List<?> elements, int depth) {
    if (elements.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append('[');
    String between = "";
    for (Object element : elements) {
      out.append(between);
      line(depth + 1);
      value(element, depth + 1);
      between = ",";
    }
    line(depth);
    out.append(']');
  }

  private void line(int depth) {
    out.append('\n').append("  ".repeat(depth));
  }

  private static String canonical(Json scalar) {
    try {
      return CanonicalJson.of(scalar);
    } catch (JsonException e) {
      throw new AssertionError("what is locked is canonical", e);
    }
  }

  private void quote(String text) {
    CanonicalJson.quote(text)
        .codePoints()
        .forEach(
            c -> {
              if (isSeen(c)) {
                out.appendCodePoint(c);
              } else {
                for (char unit : Character.toChars(c)) {
                  out.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) unit));
                }
              }
            });
  }

  private static boolean isSeen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> !(c >= 0xfe00 && c <= 0xfe0f) && c < 0xe0000; // variation selectors, tags
    };
  }
}
