package dev.gatekeeper.cli.allowlist.client;

import dev.gatekeeper.allowlist.edit.client.Client;
import dev.gatekeeper.allowlist.edit.client.ClientImport.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The files of all clients, by their documentation (see {@link Client}), on Linux and macOS.
 *
 * @see <a href="https://code.claude.com/docs/en/settings">Claude Code: settings files</a>
 * @see <a href="https://geminicli.com/docs/cli/configuration">Gemini CLI: settings files</a>
 * @see <a href="https://opencode.ai/docs/config/">opencode: locations</a>
 */
public final class ClientFiles {
  private final Path project;
  private final Path home;
  private final Map<String, String> environment;
  private final boolean mac;
  private final Path root;
  private final List<ClientFile> files = new ArrayList<>();

  /**
   * What there may be for a project.
   *
   * @param project canonical
   * @param environment names the home and the clients' own directories
   */
  public ClientFiles(Path project, Map<String, String> environment) {
    this(project, environment, System.getProperty("os.name", ""), Path.of("/"));
  }

  ClientFiles(Path project, Map<String, String> environment, String platform, Path root) {
    this.project = project;
    this.environment = environment;
    this.mac = platform.toLowerCase(Locale.ROOT).startsWith("mac");
    this.root = root;
    this.home = directory("HOME", Path.of(System.getProperty("user.home", "/")));
    Path configuration = directory("XDG_CONFIG_HOME", home.resolve(".config"));
    claudeCode();
    Path applications = mac ? home.resolve("Library/Application Support") : configuration;
    add(
        Client.CLAUDE_DESKTOP,
        Scope.USER,
        applications.resolve("Claude/claude_desktop_config.json"));
    add(Client.CURSOR, Scope.PROJECT, project.resolve(".cursor/mcp.json"));
    add(Client.CURSOR, Scope.USER, home.resolve(".cursor/mcp.json"));
    add(Client.VSCODE, Scope.PROJECT, project.resolve(".vscode/mcp.json"));
    add(Client.VSCODE, Scope.USER, applications.resolve("Code/User/mcp.json"));
    add(Client.VSCODE, Scope.USER, applications.resolve("Code - Insiders/User/mcp.json"));
    add(Client.CODEX, Scope.PROJECT, project.resolve(".codex/config.toml"));
    add(
        Client.CODEX,
        Scope.USER,
        directory("CODEX_HOME", home.resolve(".codex")).resolve("config.toml"));
    add(Client.CODEX, Scope.MANAGED, root.resolve("etc/codex/config.toml"));
    gemini();
    opencode(Scope.PROJECT, project);
    opencode(Scope.PROJECT, project.resolve(".opencode"));
    opencode(Scope.USER, configuration.resolve("opencode"));
    opencode(Scope.MANAGED, system("Library/Application Support/opencode", "etc/opencode"));
  }

  private Path system(String onMac, String elsewhere) {
    return root.resolve(mac ? onMac : elsewhere);
  }

  private void gemini() {
    Path own = home.resolve(".gemini/settings.json");
    Path here = project.resolve(".gemini/settings.json");
    Path managed =
        system(
            "Library/Application Support/GeminiCli/settings.json", "etc/gemini-cli/settings.json");
    Map<String, String> off = GeminiSwitches.off(List.of(own, here, managed), this::shown);
    Client client = Client.GEMINI;
    Source source = new Source(client, List.of(client.servers()), Map.of(), off);
    add(source, Scope.PROJECT, here);
    add(source, Scope.USER, own);
    add(source, Scope.MANAGED, managed);
  }

  private void claudeCode() {
    Path named = directory("CLAUDE_CONFIG_DIR", home);
    Path settings = named.equals(home) ? home.resolve(".claude") : named;
    Path managed = system("Library/Application Support/ClaudeCode", "etc/claude-code");
    Path state = named.resolve(".claude.json");
    ClaudeState known = ClaudeState.read(project, state, settings, managed, this::shown);
    Client client = Client.CLAUDE_CODE;
    add(
        new Source(client, List.of(client.servers()), Map.of(), known.projectServersOff()),
        Scope.PROJECT,
        project.resolve(".mcp.json"));
    List<String> local = List.of("projects", project.toString(), client.servers());
    add(new Source(client, local, Map.of(), known.serversOff()), Scope.LOCAL, state);
    List<String> user = List.of(client.servers());
    add(new Source(client, user, Map.of(), known.serversOff()), Scope.USER, state);
    add(
        new Source(client, user, Map.of(), known.serversOff()),
        Scope.MANAGED,
        managed.resolve("managed-mcp.json"));
    for (Path plugin : known.plugins()) {
      Map<String, String> places = Map.of("CLAUDE_PLUGIN_ROOT", template(plugin));
      new ClaudePlugin(plugin)
          .files()
          .forEach(
              (file, path) ->
                  add(new Source(client, path, places, known.serversOff()), Scope.PLUGIN, file));
    }
  }

  private String template(Path path) {
    return path.startsWith(home)
        ? "${home}/" + home.relativize(path)
        : path.toString().replace("${", "$${");
  }

  private void opencode(Scope scope, Path folder) {
    add(Client.OPENCODE, scope, folder.resolve("opencode.json"));
    add(Client.OPENCODE, scope, folder.resolve("opencode.jsonc"));
  }

  private void add(Client client, Scope scope, Path path) {
    add(Source.of(client), scope, path);
  }

  private void add(Source source, Scope scope, Path path) {
    files.add(new ClientFile(source, scope, path, shown(path)));
  }

  private String shown(Path path) {
    if (path.startsWith(project)) {
      return project.relativize(path).toString();
    }
    return path.startsWith(home) ? "~/" + home.relativize(path) : path.toString();
  }

  /** A directory that a variable names; one that is not absolute is passed over, as by XDG. */
  private Path directory(String variable, Path otherwise) {
    String value = environment.getOrDefault(variable, "");
    return !value.isEmpty() && Path.of(value).isAbsolute() ? Path.of(value).normalize() : otherwise;
  }

  /** Those that are there. */
  public List<ClientFile> found() {
    return files.stream().filter(ClientFile::exists).toList();
  }
}
