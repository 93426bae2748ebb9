package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AllowListImportTest {
  /** Looks like a token, and is none. */
  private static final String MADE_UP = "ghp_madeUpMadeUpMadeUp1234567890";

  @TempDir Path folder;
  private Path home;
  private Path project;
  private Path list;

  @BeforeEach
  void lay() throws IOException {
    folder = folder.toRealPath();
    home = Files.createDirectory(folder.resolve("home"));
    project = Files.createDirectory(folder.resolve("project"));
    Files.createDirectory(project.resolve(".git"));
    list = project.resolve(".gatekeeper/allowlist.json");
  }

  private CommandRun run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "allowlist";
    all[1] = "import";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return command().run(all);
  }

  private CommandRun command() {
    return CommandRun.in(project)
        .with("HOME", home.toString())
        .with("GATEKEEPER_HOME", folder.resolve("state").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String servers(String key, String name, String command) {
    return "{\"%s\": {\"%s\": {\"command\": \"%s\"}}}".formatted(key, name, command);
  }

  @Test
  void itTranslatesAndSaysWhatDiffers() throws Exception {
    write(
        project.resolve(".mcp.json"),
        """
        {"mcpServers": {
          "My_Server": {"command": "npx", "args": ["-y", "pkg@1.2.3", "${CLAUDE_PROJECT_DIR}/x"],
            "env": {"TOKEN": "%s", "LEVEL": "info", "OTHER": "${OTHER_TOKEN}", "MODE": "${MODE:-fast}",
              "NODE_OPTIONS": "-r x"}, "timeout": 1500, "alwaysLoad": true},
          "remote": {"type": "http", "url": "https://r.example/mcp",
            "headers": {"Authorization": "Bearer %s"}},
          "leaky": {"command": "x", "args": ["--token", "%s"]},
          "old": {"type": "sse", "url": "https://o.example/"},
          "gatekeeper": {"command": "gatekeeper", "args": ["serve"]}
        }}
        """
            .formatted(MADE_UP, MADE_UP, MADE_UP));
    CommandRun run = run(".mcp.json", "--tool", "*", "--reason", "in use", "--owner", "alice");
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    assertThat(run.out() + Files.readString(list)).doesNotContain(MADE_UP);
    assertThat(run.out())
        .isEqualTo(
            """
            added my-server
            added remote
            My_Server: names of servers are a-z, 0-9 and "-": renamed to "my-server": its tools are now called my-server__…
            My_Server: "args" is expanded in another way: now "${project}/x"
            My_Server: "TOKEN" holds what looks like a secret: now secret:my-server/token; type: gatekeeper vault put my-server/token
            My_Server: the agent's environment is not passed on: "${OTHER_TOKEN}": now secret:my-server/other; type: gatekeeper vault put my-server/other
            My_Server: the agent's environment is not passed on: "${MODE:-fast}": now "fast"
            My_Server: "NODE_OPTIONS" can make a program load other code: left out; to keep it, write it together with "dangerousEnv": "why"
            My_Server: "timeout" is in milliseconds there: now "2s"
            My_Server: "alwaysLoad" means nothing here: left out
            remote: "Authorization" holds what looks like a secret: now secret:remote/authorization; type: gatekeeper vault put remote/authorization
            leaky: not imported: "args" holds what looks like a secret, which every process can read: give it to the server in "env": gatekeeper vault put leaky/token, then gatekeeper allowlist add leaky --env VARIABLE=secret:leaky/token …
            old: not imported: its type is no longer part of the protocol: ask for an http address
            gatekeeper: this is the gatekeeper itself: left alone
            2 added to .gatekeeper/allowlist.json
            next: gatekeeper vault put my-server/token
            next: gatekeeper vault put my-server/other
            next: gatekeeper vault put remote/authorization
            next: gatekeeper allowlist check
            next: gatekeeper allowlist lock my-server remote
            next: gatekeeper allowlist trust
            """);
    AllowList parsed = ListReader.read(Files.readAllBytes(list), "f");
    assertThat(parsed.servers()).containsOnlyKeys("my-server", "remote");
    // What it lacks is a lock, which takes starting the servers.
    assertThat(command().run("allowlist", "check").out())
        .contains("error: there is no lock", "; 1 error, ");
  }

  @Test
  void withoutArgumentsItOnlySaysWhatIsThere() throws Exception {
    write(project.resolve(".mcp.json"), servers("mcpServers", "a", "x"));
    write(home.resolve(".codex/config.toml"), "[mcp_servers.b]\ncommand = \"y\"\n");

    CommandRun run = run();

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            found Claude Code, project scope, .mcp.json: 1 server
            found Codex, user scope, ~/.codex/config.toml: 1 server
            would add a
            would add b
            2 to add to .gatekeeper/allowlist.json
            next: gatekeeper allowlist import --from claude-code --scope project
            next: gatekeeper allowlist import --from codex --scope user
            next: gatekeeper allowlist import --all
            """);
    assertThat(list).doesNotExist();
    assertThat(run("--all").out()).startsWith("added a\nadded b\n2 added to");
    assertThat(ListReader.read(Files.readAllBytes(list), "f").servers()).containsOnlyKeys("a", "b");
  }

  @Test
  void everyClientIsFoundWhereItKeepsItsServers() throws Exception {
    write(project.resolve(".mcp.json"), servers("mcpServers", "cc-project", "x"));
    write(
        home.resolve(".claude.json"),
        """
        {"mcpServers": {"cc-user": {"command": "x"}, "toggled": {"command": "x"}},
         "projects": {"%s": {"mcpServers": {"cc-local": {"command": "x"}},
           "disabledMcpServers": ["toggled"]}}}
        """
            .formatted(project));
    Path plugin = home.resolve(".claude/plugins/cache/m/p/1.0.0");
    write(plugin.resolve(".mcp.json"), servers("mcpServers", "cc-plugin", "x"));
    write(
        home.resolve(".claude/plugins/installed_plugins.json"),
        """
        {"version": 2, "plugins": {"p@m": [{"scope": "user", "installPath": "%s"}],
          "off@m": [{"installPath": "%s"}]}}
        """
            .formatted(plugin, home));
    write(
        home.resolve(".claude/settings.json"),
        "{\"enabledPlugins\": {\"p@m\": true, \"off@m\": false}}");
    write(plugin.resolve(".claude-plugin/plugin.json"), "{\"mcpServers\": \"./more.json\"}");
    write(plugin.resolve("more.json"), "{\"cc-bare\": {\"command\": \"x\"}}");
    write(
        home.resolve(".config/Claude/claude_desktop_config.json"),
        servers("mcpServers", "desktop", "x"));
    write(project.resolve(".cursor/mcp.json"), servers("mcpServers", "cursor-project", "x"));
    write(home.resolve(".cursor/mcp.json"), servers("mcpServers", "cursor-user", "x"));
    write(project.resolve(".vscode/mcp.json"), servers("servers", "vs-project", "x"));
    write(home.resolve(".config/Code/User/mcp.json"), servers("servers", "vs-user", "x"));
    write(project.resolve(".codex/config.toml"), "mcp_servers.codex-project.command = 'x'\n");
    write(home.resolve(".codex/config.toml"), "mcp_servers.codex-user.command = 'x'\n");
    write(project.resolve(".gemini/settings.json"), servers("mcpServers", "gemini-project", "x"));
    write(home.resolve(".gemini/settings.json"), servers("mcpServers", "gemini-user", "x"));
    String local = "{\"mcp\": {\"%s\": {\"type\": \"local\", \"command\": [\"x\"]}}}";
    write(project.resolve("opencode.json"), local.formatted("oc-project"));
    write(project.resolve(".opencode/opencode.jsonc"), "// x\n" + local.formatted("oc-folder"));
    write(home.resolve(".config/opencode/opencode.json"), local.formatted("oc-user"));

    CommandRun run = run("--all");

    assertThat(run.err()).isEmpty();
    assertThat(ListReader.read(Files.readAllBytes(list), "f").servers())
        .containsOnlyKeys(
            "cc-project",
            "cc-local",
            "cc-user",
            "cc-plugin",
            "cc-bare",
            "desktop",
            "cursor-project",
            "cursor-user",
            "vs-project",
            "vs-user",
            "codex-project",
            "codex-user",
            "gemini-project",
            "gemini-user",
            "oc-project",
            "oc-folder",
            "oc-user");
    assertThat(run.out())
        .contains("toggled: not imported: it is switched off in ~/.claude.json: add it when");
  }

  @Test
  void aScopeIsTakenAlone() throws Exception {
    write(project.resolve(".cursor/mcp.json"), servers("mcpServers", "a", "x"));
    write(home.resolve(".cursor/mcp.json"), servers("mcpServers", "a", "y"));

    assertThat(run("--from", "cursor").out()).contains("a: not imported: another server is called");
    assertThat(list).doesNotExist();
    assertThat(run("--from", "cursor", "--scope", "user").exit()).isZero();
    assertThat(Files.readString(list)).contains("\"command\": \"y\"");
    assertThat(run("--from", "netscape").exit()).isEqualTo(2);
    assertThat(run("--scope", "galaxy").exit()).isEqualTo(2);
  }

  @Test
  void serversOfAProjectThatAPersonSwitchedOffStayOff() throws Exception {
    write(
        project.resolve(".mcp.json"),
        "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"b\": {\"command\": \"x\"}}}");
    write(project.resolve(".claude/settings.local.json"), "{\"disabledMcpjsonServers\": [\"b\"]}");

    CommandRun run = run("--from", "claude-code");

    assertThat(run.out())
        .contains("added a\n", "b: not imported: it is switched off in .claude/settings.local.json")
        .doesNotContain("added b");
  }

  @Test
  void oneServerCanBeChosen() throws Exception {
    write(
        project.resolve(".mcp.json"),
        "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"b_c\": {\"command\": \"x\"}}}");

    assertThat(run("--all", "--only", "b-c").out())
        .contains("added b-c\n")
        .doesNotContain("added a");
    CommandRun slip = run("--all", "--only", "a", "--only", "nope");
    assertThat(slip.exit()).isEqualTo(1);
    assertThat(slip.err()).contains("no server that was found is called nope");
    assertThat(Files.readString(list)).doesNotContain("\"a\"");
  }

  @Test
  void aFileOfAnotherClientIsSaidToBeOne() throws Exception {
    write(project.resolve("vs.json"), servers("servers", "a", "x"));

    CommandRun run = run("vs.json");

    assertThat(run.err()).contains("vs.json: there is no object of servers", "--from ", "|vscode");
    assertThat(run("vs.json", "--from", "vscode").out()).contains("added a\n");
  }

  @Test
  void secretsGoIntoTheVaultAndNowhereElse() throws Exception {
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, VaultFixture.PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    assertThat(command().run("vault", "init").exit()).isZero();
    write(
        project.resolve(".mcp.json"),
        """
        {"mcpServers": {"a": {"command": "x", "env": {"TOKEN": "%s", "OTHER": "${OTHER}"}}}}
        """
            .formatted(MADE_UP));

    CommandRun run = run("--from", "claude-code", "--vault");

    assertThat(run.err()).isEmpty();
    assertThat(run.out() + Files.readString(list)).doesNotContain(MADE_UP);
    assertThat(run.out())
        .contains(
            "looks like a secret: now secret:a/token\n",
            "in the vault: a/token\n",
            "next: gatekeeper vault put a/other\n",
            "next: delete the values from .mcp.json, and change those that were ever committed\n");
    assertThat(value("a/token")).isEqualTo(MADE_UP);
    assertThat(run("--from", "claude-code", "--vault").out())
        .contains("a: --vault moved nothing of it, since only what is added is moved: type:");
    Files.delete(list);
    assertThat(run("--from", "claude-code", "--vault").exit()).isZero();
    Files.delete(list);
    write(
        project.resolve(".mcp.json"),
        Files.readString(project.resolve(".mcp.json")).replace(MADE_UP, MADE_UP + "x"));
    CommandRun other = run("--from", "claude-code", "--vault");
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err())
        .contains("the vault has these with other values: a/token")
        .doesNotContain(MADE_UP);
    assertThat(list).doesNotExist();
    assertThat(value("a/token")).isEqualTo(MADE_UP);
  }

  private String value(String name) throws Exception {
    Home state = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("state").toString()));
    StringBuilder text = new StringBuilder();
    try (OpenVault vault = VaultFixture.open(VaultFile.in(state).path());
        var secret = vault.reveal(name)) {
      secret.revealTo(bytes -> text.append(new String(bytes, UTF_8)));
    }
    return text.toString();
  }

  @Test
  void anAgentGetsNothingIntoTheVault() throws Exception {
    write(
        project.resolve(".mcp.json"),
        "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": {\"TOKEN\": \"%s\"}}}}"
            .formatted(MADE_UP));

    CommandRun run =
        command().with("CLAUDECODE", "1").run("allowlist", "import", "--all", "--vault");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("is for a person");
    assertThat(list).doesNotExist();
  }

  @Test
  void importTwiceChangesNothing() throws Exception {
    write(project.resolve(".mcp.json"), servers("mcpServers", "a", "x"));
    run(".mcp.json");
    String once = Files.readString(list);
    CommandRun twice = run(".mcp.json");
    assertThat(twice.out())
        .isEqualTo(
            """
            a: it is on the list already: left as it stands there
            0 added to .gatekeeper/allowlist.json
            """);
    assertThat(Files.readString(list)).isEqualTo(once);
  }

  @Test
  void whatIsBrokenSaysWhere() throws Exception {
    write(project.resolve(".mcp.json"), "{\n\"mcpServers\": {,}}");
    write(home.resolve(".codex/config.toml"), "[mcp_servers.b]\ncommand = y\n");

    CommandRun run = run(".mcp.json");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("gatekeeper: error: .mcp.json:2:16: this is not JSON\n");
    assertThat(run("--from", "codex").err())
        .startsWith("gatekeeper: error: ~/.codex/config.toml:2:11: no value\n");
    CommandRun look = run();
    assertThat(look.err())
        .contains(
            "gatekeeper: warning: passed over .mcp.json:2:16: this is not JSON\n",
            "gatekeeper: warning: passed over ~/.codex/config.toml:2:11: no value\n");
    assertThat(look.exit()).isEqualTo(1);
  }

  @Test
  void aProjectsFileThatIsALinkIsNotRead() throws Exception {
    write(home.resolve("elsewhere/mcp.json"), servers("mcpServers", "a", "x"));
    Files.createSymbolicLink(project.resolve(".cursor"), home.resolve("elsewhere"));
    Files.createSymbolicLink(project.resolve(".mcp.json"), home.resolve("elsewhere/mcp.json"));
    Files.createSymbolicLink(home.resolve(".cursor"), home.resolve("elsewhere"));

    assertThat(run().err())
        .contains(
            "passed over .mcp.json is a symbolic link, or lies behind one",
            "passed over .cursor/mcp.json is a symbolic link, or lies behind one");
    assertThat(run("--from", "cursor", "--scope", "user").out()).startsWith("added a\n");
  }

  @Test
  void nothingToFindIsSaid() {
    CommandRun run = run();
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("gatekeeper: error: no client's configuration with MCP servers was found\n")
        .contains("gatekeeper: hint: gatekeeper allowlist add");
  }

  @Test
  void aScriptReadsJson() throws Exception {
    write(
        project.resolve(".mcp.json"),
        "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": {\"T\": \"${T}\"}}}}");

    assertThat(run("--json").out())
        .isEqualTo(
            """
            {"list":".gatekeeper/allowlist.json","written":false,"found":[{"client":\
            "claude-code","scope":"project","file":"%s","servers":1}],"passedOver":[],"added":["a"],\
            "differences":[{"server":"a","message":"the agent's environment is not passed on: \
            \\"${T}\\"","fix":"now secret:a/t; type: gatekeeper vault put a/t"}],\
            "secrets":[{"name":"a/t","stored":false}]}
            """
                .formatted(project.resolve(".mcp.json")));
  }
}
