package dev.gatekeeper.cli.allowlist.client;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which servers Gemini CLI does not start: those that {@code mcp.excluded} names in any of its
 * files, and those that {@code mcp.allowed} does not, where it is. A file that cannot be read
 * switches nothing off: the entry is imported, and a person reads it.
 *
 * @see <a
 *     href="https://github.com/google-gemini/gemini-cli/blob/main/docs/reference/configuration.md">
 *     Gemini CLI: configuration, {@code mcp}</a>
 */
final class GeminiSwitches {
  private static final String SERVERS = "mcpServers";
  private static final String SWITCHES = "mcp";

  private GeminiSwitches() {}

  /**
   * By the name of a server, the file that switches it off.
   *
   * @param files a later one outweighs those before it
   */
  static Map<String, String> off(List<Path> files, Function<Path, String> shown) {
    Map<String, String> off = new HashMap<>();
    Set<String> servers = new HashSet<>();
    Set<String> allowed = Set.of();
    Optional<String> allowing = Optional.empty();
    for (Path file : files) {
      Json root = ClaudePlugin.json(file, List.of(List.of(SERVERS), List.of(SWITCHES)));
      for (Member server : root.get(SERVERS).map(Json::members).orElse(List.of())) {
        servers.add(server.name());
      }
      names(root, "excluded").forEach(name -> off.put(name, shown.apply(file)));
      if (list(root, "allowed").isPresent()) {
        allowed = Set.copyOf(names(root, "allowed"));
        allowing = Optional.of(shown.apply(file));
      }
    }
    servers.removeAll(allowed);
    allowing.ifPresent(file -> servers.forEach(name -> off.putIfAbsent(name, file)));
    return off;
  }

  private static Optional<Json> list(Json root, String key) {
    return root.get(SWITCHES).flatMap(it -> it.get(key)).filter(JsonArray.class::isInstance);
  }

  private static Set<String> names(Json root, String key) {
    Set<String> names = new HashSet<>();
    list(root, key).map(Json::elements).orElse(List.of()).stream()
        .flatMap(one -> one.string().stream())
        .forEach(names::add);
    return names;
  }
}
