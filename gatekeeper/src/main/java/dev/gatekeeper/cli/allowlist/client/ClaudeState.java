package dev.gatekeeper.cli.allowlist.client;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What Claude Code keeps beside its servers: which of them are switched off, and which plugins are
 * installed. A file of these that cannot be read switches nothing off: the entry is imported, and a
 * person reads it.
 *
 * @param projectServersOff servers of {@code .mcp.json}, and the file that says so
 * @param serversOff servers of every scope, and the file that says so
 * @param plugins the folders of installed plugins that are not switched off
 */
record ClaudeState(
    Map<String, String> projectServersOff, Map<String, String> serversOff, List<Path> plugins) {
  /** More are not installed by a person. */
  private static final int MAX_PLUGINS = 64;

  private static final String DISABLED = "disabledMcpjsonServers";
  private static final String TOGGLED = "disabledMcpServers";
  private static final String DENIED = "deniedMcpServers";
  private static final String PLUGINS = "enabledPlugins";

  static ClaudeState read(
      Path project, Path state, Path settings, Path managed, Function<Path, String> shown) {
    Map<String, String> projectOff = new HashMap<>();
    Map<String, String> off = new HashMap<>();
    Set<String> pluginsOff = new HashSet<>();
    List<Path> files =
        List.of(
            settings.resolve("settings.json"),
            project.resolve(".claude/settings.json"),
            project.resolve(".claude/settings.local.json"),
            managed.resolve("managed-settings.json"));
    for (Path file : files) {
      Json root =
          ClaudePlugin.json(file, List.of(List.of(DISABLED), List.of(DENIED), List.of(PLUGINS)));
      names(root, DISABLED).forEach(name -> projectOff.put(name, shown.apply(file)));
      names(root, DENIED).forEach(name -> off.put(name, shown.apply(file)));
      for (Member plugin : root.get(PLUGINS).map(Json::members).orElse(List.of())) {
        if (plugin.value() instanceof JsonFlag flag) {
          boolean _ =
              flag.flag() ? pluginsOff.remove(plugin.name()) : pluginsOff.add(plugin.name());
        }
      }
    }
    String key = project.toString();
    Json root =
        ClaudePlugin.json(
            state, List.of(List.of("projects", key, DISABLED), List.of("projects", key, TOGGLED)));
    Json here = root.get("projects").flatMap(all -> all.get(key)).orElse(root);
    names(here, DISABLED).forEach(name -> projectOff.put(name, shown.apply(state)));
    names(here, TOGGLED).forEach(name -> off.put(name, shown.apply(state)));
    off.forEach(projectOff::putIfAbsent);
    return new ClaudeState(projectOff, off, plugins(settings, pluginsOff));
  }

  /** Strings, or objects with {@code serverName}. */
  private static List<String> names(Json root, String key) {
    return root.get(key).map(Json::elements).orElse(List.of()).stream()
        .flatMap(one -> one.string().or(() -> one.get("serverName").flatMap(Json::string)).stream())
        .toList();
  }

  private static List<Path> plugins(Path settings, Set<String> off) {
    Json root =
        ClaudePlugin.json(
            settings.resolve("plugins/installed_plugins.json"), List.of(List.of("plugins")));
    List<Path> folders = new ArrayList<>();
    for (Member plugin : root.get("plugins").map(Json::members).orElse(List.of())) {
      if (off.contains(plugin.name())) {
        continue;
      }
      // One installation, or since version 2 of the file an array of them.
      List<Json> installed =
          plugin.value().elements().isEmpty() ? List.of(plugin.value()) : plugin.value().elements();
      for (Json one : installed) {
        String path = one.get("installPath").flatMap(Json::string).orElse("");
        if (!path.isEmpty() && path.indexOf('\0') < 0 && Path.of(path).isAbsolute()) {
          Path folder = Path.of(path).normalize();
          if (Files.isDirectory(folder) && folders.size() < MAX_PLUGINS) {
            folders.add(folder);
          }
        }
      }
    }
    return folders.stream().distinct().toList();
  }
}
