package dev.gatekeeper.cli.allowlist.client;

import dev.gatekeeper.allowlist.edit.client.ClientImport;
import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.ClientJson;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a plugin that may hold servers: {@code .mcp.json}, in which the key {@code
 * mcpServers} may be missing, and {@code plugin.json}, which holds them or names a file.
 *
 * @see <a href="https://code.claude.com/docs/en/plugins-reference">Plugins reference, MCP
 *     servers</a>
 */
final class ClaudePlugin {
  private static final String SERVERS = "mcpServers";
  private static final int MAX_FILES = 8; // of one plugin, named in its own file

  private final Path folder;

  ClaudePlugin(Path folder) {
    this.folder = folder;
  }

  /** Each file, and the keys that lead to its servers. */
  Map<Path, List<String>> files() {
    Map<Path, List<String>> files = new LinkedHashMap<>();
    add(folder.resolve(".mcp.json"), files);
    Path manifest = folder.resolve(".claude-plugin/plugin.json");
    Json servers = json(manifest).get(SERVERS).orElse(nothing());
    if (servers instanceof JsonObject) {
      files.put(manifest, List.of(SERVERS));
    }
    List<Json> named = servers.elements().isEmpty() ? List.of(servers) : servers.elements();
    named.stream()
        .flatMap(name -> name.string().stream())
        .filter(name -> name.indexOf('\0') < 0)
        .map(name -> folder.resolve(name).normalize())
        .filter(file -> file.startsWith(folder))
        .limit(MAX_FILES)
        .forEach(file -> add(file, files));
    return files;
  }

  private static void add(Path file, Map<Path, List<String>> files) {
    boolean named = json(file).get(SERVERS).isPresent();
    files.put(file, named ? List.of(SERVERS) : List.of());
  }

  /** What cannot be read holds nothing here; reading it for its servers says what is wrong. */
  static Json json(Path file, List<List<String>> wanted) {
    try {
      byte[] text = DurableFile.readBounded(file.toRealPath(), ClientImport.MAX_BYTES);
      return ClientJson.read(text, ClientImport.MAX_BYTES, true, wanted, fault -> {});
    } catch (IOException | JsonException e) {
      return nothing();
    }
  }

  private static Json json(Path file) {
    return json(file, List.of(List.of(SERVERS)));
  }

  private static Json nothing() {
    return new Json.JsonArray(new At(1, 1, 0, 0), List.of());
  }
}
