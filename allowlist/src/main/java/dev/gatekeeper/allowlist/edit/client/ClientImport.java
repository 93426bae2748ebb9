package dev.gatekeeper.allowlist.edit.client;

import dev.gatekeeper.allowlist.Names;
import dev.gatekeeper.allowlist.json.ClientJson;
import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.Spelling;
import dev.gatekeeper.allowlist.toml.TomlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Translates the servers of one client's file. */
public final class ClientImport {
  /**
   * Bytes of a client's file. Claude Code keeps its history in the same one, which grows to some
   * megabytes.
   */
  public static final int MAX_BYTES = 64 << 20;

  /**
   * A place where a client keeps servers.
   *
   * @param path keys that lead to the object of servers; empty where the file is that object
   * @param places names that its values may use, and the templates that stand for them
   * @param off servers that are switched off elsewhere, and where
   */
  public record Source(
      Client client, List<String> path, Map<String, String> places, Map<String, String> off) {
    public Source {
      path = List.copyOf(path);
      places = Map.copyOf(places);
      off = Map.copyOf(off);
    }

    /** A file of its own. */
    public static Source of(Client client) {
      return new Source(client, List.of(client.servers()), Map.of(), Map.of());
    }
  }

  /**
   * What a person says of all entries.
   *
   * @param tools globs that each allows; empty takes what the client allows, if it says so
   * @param reason empty leaves it for later
   * @param owner empty leaves it for later
   */
  public record Choice(List<String> tools, String reason, String owner) {
    public Choice {
      tools = List.copyOf(tools);
    }
  }

  private ClientImport() {}

  /**
   * Translates a whole file.
   *
   * @return its servers in their order; none where the file has no object of servers
   * @throws JsonException if it is not of the client's form; at a place of it
   */
  public static Optional<List<ImportedServer>> read(Source source, byte[] text, Choice choice)
      throws JsonException {
    Json root = parse(source, text);
    Json at = root;
    for (String key : source.path()) {
      Optional<Json> below = at.get(key);
      if (below.isEmpty()) {
        return Optional.empty();
      }
      at = below.get();
    }
    if (!(at instanceof JsonObject)) {
      throw new JsonException(at.at(), "the servers are no object");
    }
    Inputs inputs = Inputs.of(root);
    List<ImportedServer> servers = new ArrayList<>();
    for (Member member : at.members()) {
      servers.add(server(member, source, inputs, choice));
    }
    return Optional.of(servers);
  }

  private static Json parse(Source source, byte[] text) throws JsonException {
    List<Fault> duplicates = new ArrayList<>();
    Json root =
        switch (source.client().syntax()) {
          case TOML -> TomlReader.read(text, MAX_BYTES);
          case JSON -> ClientJson.read(text, MAX_BYTES, false, wanted(source), duplicates::add);
          case JSONC -> ClientJson.read(text, MAX_BYTES, true, wanted(source), duplicates::add);
        };
    if (!duplicates.isEmpty()) {
      throw new JsonException(duplicates.getFirst().at(), "a duplicate key");
    }
    if (!(root instanceof JsonObject)) {
      throw new JsonException(root.at(), "a client's configuration is an object");
    }
    return root;
  }

  /** All else in such a file is none of our business, and may be large. */
  private static List<List<String>> wanted(Source source) {
    return List.of(source.path(), List.of("inputs"));
  }

  private static ImportedServer server(Member member, Source source, Inputs inputs, Choice choice) {
    String shown = Spelling.shown(member.name());
    ImportedServer nothing = new ImportedServer(shown, Optional.empty(), List.of(), List.of());
    if (!(member.value() instanceof JsonObject object)) {
      return nothing.leftOut("its entry is " + member.value().type(), "an entry is an object");
    }
    if (isOurselves(object)) {
      return new ImportedServer(
          shown,
          Optional.empty(),
          List.of(new Difference(shown, "this is the gatekeeper itself", "left alone")),
          List.of());
    }
    String off = source.off().get(member.name());
    if (off != null) {
      return nothing.leftOut("it is switched off in " + off, "add it when it is wanted");
    }
    String name = member.name();
    boolean fits = Names.isServer(name) && !Names.server(name).equals("server");
    ValueImport values = new ValueImport(fits ? name : Names.server(name), shown, source, inputs);
    if (!fits) {
      name = Names.server(name);
      values.differ(
          "names of servers are a-z, 0-9 and \"-\"",
          "renamed to \"" + name + "\": its tools are now called " + name + "__…");
    }
    EntryImport entry = new EntryImport(name, object, Dialect.of(source.client()), values);
    var draft = entry.draft(choice);
    return new ImportedServer(
        shown, draft, values.differences(), draft.isPresent() ? values.secrets() : List.of());
  }

  /** {@code gatekeeper serve}, by whatever path. */
  private static boolean isOurselves(JsonObject object) {
    List<Json> line = new ArrayList<>();
    object
        .get("command")
        .ifPresent(c -> line.addAll(c instanceof JsonArray ? c.elements() : List.of(c)));
    line.addAll(object.get("args").map(Json::elements).orElse(List.of()));
    return !line.isEmpty()
        && line.getFirst().string().orElse("").matches("(.*/)?gatekeeper")
        && line.stream().anyMatch(arg -> arg.string().orElse("").equals("serve"));
  }
}
