package dev.gatekeeper.allowlist.edit;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.util.List;
import java.util.Optional;

/** The text of a list with more entries. Everything else stays byte for byte as it was. */
public final class ListEdit {
  /** The text of a list without entries. */
  public static final String EMPTY = "{\n  \"version\": 1,\n  \"mcpServers\": {}\n}\n";

  private static final String SERVERS = "mcpServers";

  private final String text;
  private final JsonObject root;

  private ListEdit(String text, JsonObject root) {
    this.text = text;
    this.root = root;
  }

  /**
   * An edit of {@code text}, which is a valid list.
   *
   * @throws IllegalArgumentException if it is not even an object
   */
  public static ListEdit of(String text) {
    try {
      if (JsonReader.read(text, fault -> {}) instanceof JsonObject root) {
        return new ListEdit(text, root);
      }
    } catch (JsonException e) {
      throw new IllegalArgumentException("no list", e);
    }
    throw new IllegalArgumentException("no list");
  }

  /** Whether a server of this name is on the list. */
  public boolean has(String server) {
    return root.get(SERVERS).flatMap(servers -> servers.get(server)).isPresent();
  }

  /**
   * The text with one more server, behind the others.
   *
   * @throws IllegalArgumentException if one of this name is on the list: it is never overwritten
   */
  public String with(Draft server) {
    if (has(server.name())) {
      throw new IllegalArgumentException("the name is taken");
    }
    Optional<Json> known = root.get(SERVERS);
    if (known.isPresent() && known.get() instanceof JsonObject servers) {
      String margin = member(servers);
      return inserted(servers, margin, server.name(), server.json(margin, unit(), newline()));
    }
    return of(inserted(root, member(root), SERVERS, "{}")).with(server);
  }

  /**
   * The text in which {@code server} allows one more tool, behind the others.
   *
   * @throws IllegalArgumentException if there is no such server, or it allows the tool already
   */
  public String allowing(String server, String tool) {
    JsonObject entry = entry(server);
    Optional<Json> tools = entry.get("tools");
    if (tools.isEmpty()) {
      return inserted(entry, member(entry), "tools", "{ \"allow\": [" + Draft.quote(tool) + "] }");
    }
    if (!(tools.get() instanceof JsonObject object)) {
      throw new IllegalArgumentException("no list");
    }
    Optional<Json> allow = object.get("allow");
    if (allow.isEmpty()) {
      return inserted(object, member(object), "allow", "[" + Draft.quote(tool) + "]");
    }
    List<Json> elements = allow.get().elements();
    if (elements.stream().anyMatch(one -> one.string().orElse("").equals(tool))) {
      throw new IllegalArgumentException("the tool is allowed");
    }
    if (elements.isEmpty()) {
      return text.substring(0, allow.get().at().start())
          + "["
          + Draft.quote(tool)
          + "]"
          + text.substring(allow.get().at().end());
    }
    Json last = elements.getLast();
    boolean lines = last.at().line() != allow.get().at().line();
    String divider = lines ? "," + newline() + margin(last.at().start()) : ", ";
    return text.substring(0, last.at().end())
        + divider
        + Draft.quote(tool)
        + text.substring(last.at().end());
  }

  /**
   * The text in which {@code server} gets one more variable, behind the others.
   *
   * @throws IllegalArgumentException if there is no such server, or it has the variable: its value
   *     is never overwritten
   */
  public String giving(String server, String variable, String value) {
    return giving(server, "env", variable, value);
  }

  /**
   * The text in which requests to {@code server} get one more header, behind the others.
   *
   * @throws IllegalArgumentException if there is no such server, or it has the header
   */
  public String sending(String server, String header, String value) {
    boolean taken =
        entry(server).get("headers").map(Json::members).orElse(List.of()).stream()
            .anyMatch(member -> member.name().equalsIgnoreCase(header));
    if (taken) {
      throw new IllegalArgumentException("the header is taken");
    }
    return giving(server, "headers", header, value);
  }

  private String giving(String server, String group, String variable, String value) {
    JsonObject entry = entry(server);
    Optional<Json> env = entry.get(group);
    if (env.isEmpty()) {
      String margin = member(entry);
      String inner =
          newline() + margin + unit() + Draft.quote(variable) + ": " + Draft.quote(value);
      return inserted(entry, margin, group, "{" + inner + newline() + margin + "}");
    }
    if (!(env.get() instanceof JsonObject object) || object.get(variable).isPresent()) {
      throw new IllegalArgumentException("the variable is taken");
    }
    return inserted(object, member(object), variable, Draft.quote(value));
  }

  private JsonObject entry(String server) {
    if (root.get(SERVERS).flatMap(servers -> servers.get(server)).orElse(null)
        instanceof JsonObject entry) {
      return entry;
    }
    throw new IllegalArgumentException("no such server");
  }

  /** {@code name} and {@code value} behind the last member of {@code object}. */
  private String inserted(JsonObject object, String margin, String name, String value) {
    String newline = newline();
    String member = newline + margin + Draft.quote(name) + ": " + value;
    if (object.members().isEmpty()) {
      String outer = margin.substring(0, Math.max(0, margin.length() - unit().length()));
      return text.substring(0, object.at().start())
          + "{"
          + member
          + newline
          + outer
          + "}"
          + text.substring(object.at().end());
    }
    int end = object.members().getLast().value().at().end();
    return text.substring(0, end) + "," + member + text.substring(end);
  }

  /** The white space before a member of {@code object}. */
  private String member(JsonObject object) {
    if (object.members().isEmpty()) {
      return margin(object.at().start()) + unit();
    }
    Member first = object.members().getFirst();
    return first.nameAt().line() == object.at().line()
        ? margin(object.at().start()) + unit()
        : margin(first.nameAt().start());
  }

  /** The white space at the start of the line on which {@code offset} stands. */
  private String margin(int offset) {
    int line = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
    int end = line;
    while (end < offset && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
      end++;
    }
    return text.substring(line, end);
  }

  /** One step of indentation: that of the first member of the root which starts a line. */
  private String unit() {
    for (Member member : root.members()) {
      if (member.nameAt().line() != root.at().line()) {
        String margin = margin(member.nameAt().start());
        return margin.isEmpty() ? "  " : margin;
      }
    }
    return "  ";
  }

  private String newline() {
    return text.contains("\r\n") ? "\r\n" : "\n";
  }
}
