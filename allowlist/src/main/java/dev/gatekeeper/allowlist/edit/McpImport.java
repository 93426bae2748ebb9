package dev.gatekeeper.allowlist.edit;

import dev.gatekeeper.allowlist.Names;
import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.json.Spelling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Translates the servers of a client's {@code .mcp.json}. */
public final class McpImport {
  private final List<String> tools;
  private final String reason;
  private final String owner;
  private final List<Draft> drafts = new ArrayList<>();
  private final List<Difference> differences = new ArrayList<>();
  private final List<String> secrets = new ArrayList<>();

  private McpImport(List<String> tools, String reason, String owner) {
    this.tools = tools;
    this.reason = reason;
    this.owner = owner;
  }

  /**
   * Translates a whole file.
   *
   * @param tools globs that each imported entry allows; empty allows none
   * @param reason of each entry; empty leaves it for later
   * @param owner of each entry; empty leaves it for later
   * @throws JsonException if it is no JSON object with {@code mcpServers}
   */
  public static Imported read(byte[] text, List<String> tools, String reason, String owner)
      throws JsonException {
    List<Fault> duplicates = new ArrayList<>();
    Json root = JsonReader.read(text, JsonReader.MAX_BYTES, duplicates::add);
    if (!duplicates.isEmpty()) {
      throw new JsonException(duplicates.getFirst().at(), "a duplicate key");
    }
    Optional<Json> servers = root.get("mcpServers");
    if (servers.isEmpty() || !(servers.get() instanceof JsonObject entries)) {
      throw new JsonException(root.at(), "there is no object \"mcpServers\"");
    }
    McpImport result = new McpImport(tools, reason, owner);
    Set<String> names = new HashSet<>();
    for (Member member : entries.members()) {
      result.server(member, names);
    }
    return new Imported(result.drafts, result.differences, result.secrets);
  }

  private void server(Member member, Set<String> names) {
    String shown = Spelling.shown(member.name());
    if (!(member.value() instanceof JsonObject object)) {
      leftOut(shown, "its entry is " + member.value().type(), "an entry is an object");
      return;
    }
    if (isOurselves(object)) {
      differences.add(new Difference(shown, "this is the gatekeeper itself", "left alone"));
      return;
    }
    String name = member.name();
    if (!Names.isServer(name) || Names.server(name).equals("server")) {
      name = Names.server(name);
      differences.add(
          new Difference(
              shown,
              "names of servers are a-z, 0-9 and \"-\"",
              "renamed to \"" + name + "\": its tools are now called " + name + "__…"));
    }
    if (!names.add(name)) {
      leftOut(shown, "another server is called \"" + name + "\" already", "rename one of them");
      return;
    }
    EntryImport entry = new EntryImport(name, shown, object);
    Optional<Draft> draft = entry.draft(tools, reason, owner);
    differences.addAll(entry.differences());
    if (draft.isPresent()) {
      drafts.add(draft.get());
      secrets.addAll(entry.secrets());
    }
  }

  private void leftOut(String server, String message, String fix) {
    differences.add(new Difference(server, "not imported: " + message, fix));
  }

  /** {@code gatekeeper serve}, by whatever path. */
  private static boolean isOurselves(JsonObject object) {
    boolean program =
        object.get("command").flatMap(Json::string).orElse("").matches("(.*/)?gatekeeper");
    boolean serves =
        object.get("args").map(Json::elements).orElse(List.of()).stream()
            .anyMatch(arg -> arg.string().orElse("").equals("serve"));
    return program && serves;
  }
}
