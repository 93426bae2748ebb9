package dev.gatekeeper.allowlist.edit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.edit.ListEdit;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.read.ListReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ClientImportTest {
  /** Looks like a token, and is none. */
  private static final String MADE_UP = "ghp_madeUpMadeUpMadeUp1234567890";

  private static final ClientImport.Choice CHOICE =
      new ClientImport.Choice(List.of(), "in use", "alice");

  static List<ImportedServer> read(Client client, String text) throws JsonException {
    return ClientImport.read(ClientImport.Source.of(client), text.getBytes(UTF_8), CHOICE)
        .orElseThrow();
  }

  /** The list that the servers make, which must be a valid one. */
  static String list(List<ImportedServer> servers) throws Exception {
    String text = ListEdit.EMPTY;
    for (ImportedServer server : servers) {
      if (server.draft().isPresent()) {
        text = ListEdit.of(text).with(server.draft().get());
      }
    }
    AllowList _ = ListReader.read(text.getBytes(UTF_8), "f");
    return text.replaceAll("\\s+", " ");
  }

  static String said(List<ImportedServer> servers) {
    return servers.stream()
        .flatMap(server -> server.differences().stream())
        .map(d -> d.server() + ": " + d.message() + ": " + d.fix() + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void codexIsToml() throws Exception {
    List<ImportedServer> servers =
        read(
            Client.CODEX,
            """
            # Codex
            [mcp_servers.docs]
            command = "npx"
            args = ["-y", "pkg@1.2.3", "${NOT_A_VARIABLE}"]
            env_vars = ["DOCS_TOKEN", { name = "OTHER", source = "local" }]
            enabled_tools = ["search", "*"]
            disabled_tools = ["purge"]
            tool_timeout_sec = 45.5
            startup_timeout_sec = 20
            [mcp_servers.docs.env]
            API_KEY = "%s"
            LEVEL = "info"
            [mcp_servers.figma]
            url = "https://mcp.example.com/mcp"
            bearer_token_env_var = "FIGMA_TOKEN"
            http_headers = { "X-Region" = "eu" }
            env_http_headers = { "X-Key" = "FIGMA_KEY" }
            [mcp_servers.off]
            command = "x"
            enabled = false
            """
                .formatted(MADE_UP));

    assertThat(list(servers))
        .contains(
            "\"docs\": { \"reason\": \"in use\", \"owner\": \"alice\", \"command\": \"npx\","
                + " \"args\": [\"-y\", \"pkg@1.2.3\", \"$${NOT_A_VARIABLE}\"],"
                + " \"env\": { \"API_KEY\": \"secret:docs/api-key\", \"LEVEL\": \"info\","
                + " \"DOCS_TOKEN\": \"secret:docs/docs-token\", \"OTHER\": \"secret:docs/other\" },"
                + " \"timeout\": \"46s\","
                + " \"tools\": { \"allow\": [\"search\"], \"deny\": [\"purge\"] } }")
        .contains(
            "\"headers\": { \"X-Region\": \"eu\", \"X-Key\": \"secret:figma/x-key\","
                + " \"Authorization\": \"Bearer ${secret:figma/authorization}\" }")
        .doesNotContain("off", MADE_UP);
    assertThat(said(servers))
        .contains(
            "docs: \"API_KEY\" holds what looks like a secret: now secret:docs/api-key; type:"
                + " gatekeeper vault put docs/api-key\n",
            "docs: the agent's environment is not passed on: DOCS_TOKEN: now"
                + " secret:docs/docs-token",
            "docs: \"tool_timeout_sec\" is in seconds there: now \"46s\"\n",
            "docs: \"enabled_tools\" holds what is no tool's name: left out\n",
            "docs: \"startup_timeout_sec\" means nothing here: left out\n",
            "off: not imported: it is disabled there: add it when it is wanted\n")
        .doesNotContain(MADE_UP);
    assertThat(servers.getFirst().secrets())
        .filteredOn(NeededSecret::isInline)
        .singleElement()
        .satisfies(secret -> assertThat(secret.unsafeValue()).isEqualTo(MADE_UP.getBytes(UTF_8)))
        .hasToString("secret:docs/api-key");
  }

  @Test
  void codexFaultsHaveAPlace() {
    assertThatThrownBy(() -> read(Client.CODEX, "[mcp_servers.a]\ncommand = npx\n"))
        .isInstanceOfSatisfying(
            JsonException.class,
            e -> {
              assertThat(e.at().line()).isEqualTo(2);
              assertThat(e.at().column()).isEqualTo(11);
              assertThat(e.why()).isEqualTo("no value");
            });
  }

  @Test
  void opencodeHasCommentsAndOneArrayForTheCommand() throws Exception {
    List<ImportedServer> servers =
        read(
            Client.OPENCODE,
            """
            {
              // what it is
              "$schema": "https://opencode.ai/config.json",
              "theme": {"deep": [[[1]]]},
              "mcp": {
                "my_local": {
                  "type": "local", /* here */
                  "command": ["bun", "x", "pkg@1.0.0"],
                  "environment": {"TOKEN": "{env:MY_TOKEN}", "KEY": "{file:~/.key}", "MODE": "fast",
                    "URL": "https://{env:USER_NAME}@host/x"},
                  "timeout": 5000,
                },
                "remote": {"type": "remote", "url": "https://r.example/mcp", "enabled": true,
                  "oauth": {}, "headers": {"Authorization": "Bearer {env:R_TOKEN}"}},
                "in-args": {"type": "local", "command": ["x", "{env:ROOT}"]},
              },
            }
            """);

    assertThat(list(servers))
        .contains(
            "\"my-local\": { \"reason\": \"in use\", \"owner\": \"alice\", \"command\": \"bun\","
                + " \"args\": [\"x\", \"pkg@1.0.0\"], \"env\": {"
                + " \"TOKEN\": \"secret:my-local/token\", \"KEY\": \"secret:my-local/key\","
                + " \"MODE\": \"fast\","
                + " \"URL\": \"https://${secret:my-local/user-name}@host/x\" },"
                + " \"timeout\": \"5s\", \"tools\": { \"allow\": [] } }")
        .contains("\"Authorization\": \"Bearer ${secret:remote/authorization}\"");
    assertThat(said(servers))
        .contains(
            "my_local: names of servers are a-z, 0-9 and \"-\": renamed to \"my-local\"",
            "my_local: the agent's environment is not passed on: \"{env:MY_TOKEN}\": now"
                + " secret:my-local/token; type: gatekeeper vault put my-local/token\n",
            "my_local: the client puts a file's content here: \"{file:~/.key}\": now"
                + " secret:my-local/key; type: gatekeeper vault put my-local/key < FILE\n",
            "my_local: \"timeout\" is in milliseconds there: now \"5s\"\n",
            "remote: a login beside a header \"Authorization\" contradicts it: left out\n",
            "in-args: not imported: \"args\" takes a variable from the agent's environment, which"
                + " is not passed on: write the value, or a reference in \"env\"\n");
  }

  @Test
  void visualStudioCodeAsksForInputs() throws Exception {
    List<ImportedServer> servers =
        read(
            Client.VSCODE,
            """
            {
              "inputs": [
                {"type": "promptString", "id": "key", "description": "Key", "password": true,
                  "default": "not-this"},
                {"type": "promptString", "id": "region", "description": "R", "default": "eu"},
              ],
              "servers": {
                "p": {"type": "stdio", "command": "${workspaceFolder}/run",
                  "args": ["--region", "${input:region}", "${userHome}${/}x"],
                  "env": {"KEY": "${input:key}", "R": "${input:region}", "E": "${env:SHELL_TOKEN}",
                    "C": "${config:a.b}", "GONE": null},
                  "envFile": "${workspaceFolder}/.env", "dev": {"watch": "x"}},
                "asks": {"command": "x", "args": ["${input:key}"]}
              }
            }
            """);

    assertThat(list(servers))
        .contains(
            "\"command\": \"${project}/run\", \"args\": [\"--region\", \"eu\", \"${home}/x\"],"
                + " \"env\": { \"KEY\": \"secret:p/key\", \"R\": \"eu\", \"E\": \"secret:p/e\","
                + " \"C\": \"secret:p/c\" }");
    assertThat(said(servers))
        .contains(
            "p: the client asks a person at every start: \"${input:key}\": now secret:p/key;",
            "p: the client asks a person at every start: \"${input:region}\": now \"eu\"\n",
            "p: the agent's environment is not passed on: \"${env:SHELL_TOKEN}\": now secret:p/e;",
            "p: only the client knows what this is: \"${config:a.b}\": now secret:p/c;",
            "p: \"envFile\" names a file of more variables: type: gatekeeper vault import FILE"
                + " --prefix p/",
            "p: \"dev\" means nothing here: left out\n",
            "asks: not imported: \"args\" takes what the client asks a person for:")
        .doesNotContain("not-this");
  }

  @Test
  void geminiNamesToolsAndTwoKindsOfAddress() throws Exception {
    List<ImportedServer> servers =
        read(
            Client.GEMINI,
            """
            {"mcpServers": {
              "py": {"command": "python", "args": ["-m", "s"], "cwd": "./s", "timeout": 15000,
                "env": {"API": "$API_TOKEN", "MIX": "a-${MODE:-fast}-$X"}, "trust": true,
                "includeTools": ["safe_tool"], "excludeTools": ["bad_tool"]},
              "all": {"command": "x", "excludeTools": ["bad_tool"]},
              "http": {"httpUrl": "https://h.example/mcp"},
              "old": {"url": "https://o.example/sse"},
              "typed": {"url": "https://t.example/mcp", "type": "http"}
            }}
            """);

    assertThat(list(servers))
        .contains(
            "\"env\": { \"API\": \"secret:py/api\", \"MIX\": \"a-fast-${secret:py/x}\" }",
            "\"tools\": { \"allow\": [\"safe_tool\"], \"deny\": [\"bad_tool\"] }",
            "\"http\": {",
            "\"typed\": {")
        .doesNotContain("\"old\"");
    assertThat(said(servers))
        .contains(
            "py: \"trust\" means nothing here: left out\n",
            "all: the client lets all tools through but those of \"excludeTools\": write the"
                + " wanted ones into \"tools\"\n",
            "old: not imported: its type is no longer part of the protocol");
  }

  @Test
  void claudeDesktopExpandsNothing() throws Exception {
    List<ImportedServer> servers =
        read(
            Client.CLAUDE_DESKTOP,
            "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": {\"A\": \"${HOME}\"}}}}");

    assertThat(list(servers)).contains("\"A\": \"$${HOME}\"");
  }

  @Test
  void claudeCodeKeepsServersOfAProjectAmongMuchElse() throws Exception {
    String text =
        """
        {"numStartups": 7, "history": [%s], "mcpServers": {"user": {"command": "u"}},
         "projects": {
           "/other": {"mcpServers": {"not": {"command": "n"}}},
           "/srv/shop": {"history": [{"display": "x"}], "mcpServers": {"mine": {"command": "m"}}}}}
        """
            .formatted("0,".repeat(300_000) + "0");
    ClientImport.Source local =
        new ClientImport.Source(
            Client.CLAUDE_CODE, List.of("projects", "/srv/shop", "mcpServers"), Map.of(), Map.of());

    assertThat(ClientImport.read(local, text.getBytes(UTF_8), CHOICE).orElseThrow())
        .extracting(ImportedServer::foreignName)
        .containsExactly("mine");
    assertThat(read(Client.CLAUDE_CODE, text))
        .extracting(ImportedServer::foreignName)
        .containsExactly("user");
  }

  @Test
  void aPluginsRootIsAPlace() throws Exception {
    ClientImport.Source plugin =
        new ClientImport.Source(
            Client.CLAUDE_CODE,
            List.of("mcpServers"),
            Map.of("CLAUDE_PLUGIN_ROOT", "${home}/.claude/plugins/p"),
            Map.of("b", "~/.claude/settings.json"));
    String text =
        "{\"mcpServers\": {\"a\": {\"command\": \"${CLAUDE_PLUGIN_ROOT}/run\"},"
            + " \"b\": {\"command\": \"x\"}}}";
    List<ImportedServer> servers =
        ClientImport.read(plugin, text.getBytes(UTF_8), CHOICE).orElseThrow();

    assertThat(list(servers)).contains("\"command\": \"${home}/.claude/plugins/p/run\"");
    assertThat(said(servers))
        .contains("b: not imported: it is switched off in ~/.claude/settings.json");
  }

  @Test
  void twoVariablesNeverShareASecret() throws Exception {
    List<ImportedServer> servers =
        read(
            Client.CLAUDE_CODE,
            "{\"mcpServers\": {\"a\": {\"command\": \"x\","
                + " \"env\": {\"API_TOKEN\": \"${A}\", \"api_token\": \"${B}\"}}}}");

    assertThat(list(servers))
        .contains("\"API_TOKEN\": \"secret:a/api-token\", \"api_token\": \"secret:a/api-token-2\"");
  }

  @Test
  void equalNamesOfTwoPlacesAreSaidAndNotGuessed() throws Exception {
    String one = "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"b\": {\"command\": \"x\"}}}";
    String other = "{\"mcpServers\": {\"a\": {\"command\": \"y\"}, \"b\": {\"command\": \"x\"}}}";
    ImportPlan plan = new ImportPlan();
    plan.add("here", read(Client.CLAUDE_CODE, one));
    plan.add("there", read(Client.CURSOR, other));

    assertThat(plan.servers().stream().flatMap(server -> server.draft().stream()))
        .singleElement()
        .satisfies(draft -> assertThat(draft.name()).isEqualTo("b"));
    assertThat(said(plan.servers()))
        .isEqualTo(
            """
            a: not imported: another server is called "a", and it is not the same (here, there): choose a place, with --from and --scope, or name the file
            a: not imported: another server is called "a", and it is not the same (here, there): choose a place, with --from and --scope, or name the file
            b: the same stands in here: taken once
            """);
  }

  @Test
  void theSameEntryWithAnotherSecretIsNotTheSame() throws Exception {
    String text = "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": {\"TOKEN\": \"%s\"}}}}";
    ImportPlan plan = new ImportPlan();
    plan.add("here", read(Client.CLAUDE_CODE, text.formatted(MADE_UP)));
    plan.add("there", read(Client.CURSOR, text.formatted(MADE_UP + "x")));

    assertThat(plan.servers()).allMatch(server -> server.draft().isEmpty());
    assertThat(said(plan.servers())).doesNotContain(MADE_UP);
  }

  @Test
  void namesThatMeetAfterRenamingAreSaid() throws Exception {
    ImportPlan plan = new ImportPlan();
    plan.add(
        "here",
        read(
            Client.CLAUDE_CODE,
            "{\"mcpServers\": {\"a_b\": {\"command\": \"x\"}, \"a-b\": {\"command\": \"y\"}}}"));

    assertThat(plan.servers()).allMatch(server -> server.draft().isEmpty());
    assertThat(said(plan.servers())).contains("rename one of them");
  }

  @Test
  void hostileTextIsRefusedAtAPlaceAndNotRepeated() {
    String deep = "{\"mcpServers\": " + "[".repeat(100_000);
    assertThatThrownBy(() -> read(Client.CURSOR, deep))
        .hasMessage("nested or long beyond the bounds (64 levels)");
    assertThatThrownBy(() -> read(Client.CURSOR, "{\"mcpServers\": {\"a\": {}, \"a\": {}}}"))
        .hasMessage("a duplicate key");
    assertThatThrownBy(() -> read(Client.CLAUDE_CODE, "{\"mcpServers\": [1]}"))
        .hasMessage("the servers are no object");
    assertThatThrownBy(() -> read(Client.CLAUDE_CODE, "{\"mcpServers\": {/* " + MADE_UP + "*/}}"))
        .hasMessage("this is not JSON");
    assertThatThrownBy(() -> read(Client.CLAUDE_CODE, "[]"))
        .hasMessage("a client's configuration is an object");
    byte[] latin = {'{', '"', (byte) 0xe9, '"', ':', '1', '}'};
    assertThatThrownBy(
            () -> ClientImport.read(ClientImport.Source.of(Client.CLAUDE_CODE), latin, CHOICE))
        .hasMessage("this byte is not UTF-8");
  }

  @Test
  void anEntryOfAnyShapeIsSaidAndNeverThrows() throws Exception {
    List<ImportedServer> servers =
        read(
            Client.CURSOR,
            """
            {"mcpServers": {"a": 7, "b": {}, "c": {"command": ""}, "d": {"command": ["x", 1]},
              "e": {"command": "x", "env": {"A": {}, "B": true, "C": 1.50}, "timeout": "soon"},
              "f": {"type": "carrier-pigeon"}, "h": {"command": "x", "args": "y"}, "\\u202eg": {"command": "x"}}}
            """);

    assertThat(list(servers)).contains("\"env\": { \"B\": \"true\", \"C\": \"1.50\" }");
    assertThat(said(servers))
        .contains(
            "a: not imported: its entry is a number",
            "b: not imported: it has no \"command\"",
            "c: not imported: it has no \"command\"",
            "d: not imported: \"args\" holds a number",
            "e: \"A\" is an object: left out",
            "e: \"timeout\" is no number of milliseconds: left out: 5m",
            "f: not imported: its type is none of the protocol's",
            "h: not imported: \"args\" is a string: write it as an array of strings",
            "\\u{202e}g: names of servers are");
  }

  @Test
  void aFileTellsItsClientByName() {
    assertThat(Client.ofFile("/x/.mcp.json")).isEqualTo(Client.CLAUDE_CODE);
    assertThat(Client.ofFile("/h/.codex/config.toml")).isEqualTo(Client.CODEX);
    assertThat(Client.ofFile("opencode.jsonc")).isEqualTo(Client.OPENCODE);
    assertThat(Client.ofFile("/h/.gemini/settings.json")).isEqualTo(Client.GEMINI);
    assertThat(Client.ofFile("/p/.vscode/mcp.json")).isEqualTo(Client.VSCODE);
    assertThat(Client.ofFile("/h/Code/User/mcp.json")).isEqualTo(Client.VSCODE);
    assertThat(Client.ofFile("/p/.cursor/mcp.json")).isEqualTo(Client.CURSOR);
    assertThat(Client.ofFile("claude_desktop_config.json")).isEqualTo(Client.CLAUDE_DESKTOP);
  }
}
