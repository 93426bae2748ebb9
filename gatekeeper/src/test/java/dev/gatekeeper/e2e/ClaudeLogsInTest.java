package dev.gatekeeper.e2e;

import static dev.gatekeeper.e2e.MessagesApi.calls;
import static dev.gatekeeper.e2e.MessagesApi.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.e2e.MessagesApi.ToolUse;
import dev.gatekeeper.login.MadeUpAuthorization;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The real client opens the page at which a person logs in, and the call goes on: nothing is typed
 * in a terminal, nothing is kept.
 */
@EndToEnd
final class ClaudeLogsInTest {
  @Test
  void thePersonAtTheClientLogsInByItsDialog(@TempDir Path folder) throws Exception {
    try (MadeUpAuthorization authorization = new MadeUpAuthorization()) {
      Path browser = browser(folder);
      Project project = loggedOut(folder, authorization, browser);
      Map<String, String> agent = project.agent();
      agent.put("BROWSER", browser.toString());
      ClaudeClient client =
          new ClaudeClient(Peers.installed(), project.folder().resolve("claude"), project.work());
      try (MessagesApi api =
              MessagesApi.following(
                  calls(new ToolUse("mcp__gatekeeper__there__say", "{}")),
                  says("the conversation is over"));
          ClaudeTerminal terminal = client.interactive(api, options(project), agent)) {
        terminal.awaits("there needs a login");
        terminal.awaits("/authorize");
        terminal.enter();
        terminal.awaits("the conversation is over");
        assertThat(api.results().getLast().content()).contains("a made-up word");
      }
      assertThat(project.chain())
          .contains("\"approver\":\"client dialog\"", "\"outcome\":\"session\"")
          .doesNotContain("made-up-access", "made-up-refresh");
      assertThat(project.home().resolve("logins/made-up.login")).doesNotExist();
      assertThat(project.asAgent("audit", "verify").exit()).isZero();
    }
  }

  /** What the server offers is locked; the login by which that was had is gone. */
  private static Project loggedOut(Path folder, MadeUpAuthorization authorization, Path browser)
      throws Exception {
    Project project =
        new Project(folder)
            .remote(
                "there",
                URI.create(authorization.mcp()),
                "{\"oauth\": {\"login\": \"made-up\"}, \"tools\": {\"allow\": [\"*\"]}}")
            .adopted();
    Map<String, String> person = project.person();
    person.put("BROWSER", browser.toString());
    done(project.run(List.of("login", "there"), person, ""));
    Path list = project.work().resolve(".gatekeeper/allowlist.json");
    ObjectNode written = (ObjectNode) JsonMapper.shared().readTree(Files.readString(list));
    ((ObjectNode) written.at("/mcpServers/there")).remove("dynamic");
    Files.writeString(list, JsonMapper.shared().writeValueAsString(written));
    done(project.gatekeeper("allowlist", "lock", "--yes"));
    project.trusted();
    done(project.gatekeeper("logout", "there"));
    return project;
  }

  private static void done(Project.Result result) {
    assertThat(result.exit()).as("%s", result).isZero();
  }

  private static Path browser(Path folder) throws Exception {
    Path browser =
        Files.writeString(
            folder.resolve("browser"),
            "#!/bin/sh\nexec '%s' -e 'fetch(process.argv[1]).then((r) => r.text())' \"$1\"\n"
                .formatted(Peers.installed().node()));
    return Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
  }

  private static List<String> options(Project project) throws Exception {
    List<String> serve = project.command("serve");
    Map<String, Object> entry =
        Map.of(
            "type", "stdio", "command", serve.getFirst(), "args", serve.subList(1, serve.size()));
    Path config =
        Files.writeString(
            project.folder().resolve("mcp.json"),
            JsonMapper.shared()
                .writeValueAsString(Map.of("mcpServers", Map.of("gatekeeper", entry))));
    return List.of(
        "--mcp-config",
        config.toString(),
        "--strict-mcp-config",
        "--permission-mode",
        "default",
        "--allowedTools",
        "mcp__gatekeeper");
  }
}
