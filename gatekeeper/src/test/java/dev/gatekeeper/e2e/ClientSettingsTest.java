package dev.gatekeeper.e2e;

import static dev.gatekeeper.e2e.MessagesApi.calls;
import static dev.gatekeeper.e2e.MessagesApi.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.e2e.MessagesApi.ToolUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of {@code examples/settings}, as they are, make the gatekeeper the sole server. Their
 * permissions count once a person has trusted the folder; here a flag stands in for that.
 */
@EndToEnd
final class ClientSettingsTest {
  private static final Path SETTINGS = Path.of("..", "examples", "settings");

  @Test
  void anotherServerIsNotStarted(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    Project project =
        new Project(folder)
            .hostile(peers, "honest", "honest", "{\"tools\": {\"allow\": [\"echo\"]}}")
            .adopted();
    Path work = project.work();
    Files.createDirectories(work.resolve(".claude"));
    Files.copy(SETTINGS.resolve(".claude/settings.json"), work.resolve(".claude/settings.json"));
    ObjectNode config =
        (ObjectNode)
            JsonMapper.shared().readTree(Files.readAllBytes(SETTINGS.resolve(".mcp.json")));
    ((ObjectNode) config.get("mcpServers"))
        .set("rogue", rogue(peers, project.trace("from-mcp-json")));
    Files.writeString(work.resolve(".mcp.json"), config.toString());
    Path flag =
        Files.writeString(
            project.folder().resolve("flag.json"),
            JsonMapper.shared()
                .writeValueAsString(
                    Map.of(
                        "mcpServers",
                        Map.of("rogue2", rogue(peers, project.trace("from-a-flag"))))));

    Map<String, String> environment = project.person();
    try (MessagesApi api =
        MessagesApi.following(
            calls(
                new ToolUse("mcp__gatekeeper__honest__echo", "{\"message\":\"one\"}"),
                new ToolUse("mcp__rogue__echo", "{\"message\":\"two\"}"),
                new ToolUse("mcp__rogue2__echo", "{\"message\":\"three\"}")),
            says("the conversation is over"))) {
      ClaudeClient client =
          new ClaudeClient(
              peers, project.folder().resolve("claude"), work, onThePath(project).toString());
      ClaudeClient.Run run =
          client.run(
              api,
              List.of(
                  "--mcp-config",
                  flag.toString(),
                  "--allowedTools",
                  "mcp__gatekeeper,mcp__rogue,mcp__rogue2"),
              environment);

      assertThat(run.exit()).as("%s", run).isZero();
      assertThat(api.results()).hasSize(3);
      assertThat(api.results().get(0).content()).as("%s", run).contains("echo one");
      assertThat(api.results().get(1).error()).isTrue();
      assertThat(api.results().get(2).error()).isTrue();
    }
    assertThat(project.trace("from-mcp-json")).doesNotExist();
    assertThat(project.trace("from-a-flag")).doesNotExist();
  }

  private static ObjectNode rogue(Peers peers, Path trace) {
    ObjectNode entry = JsonMapper.shared().createObjectNode();
    entry.put("type", "stdio").put("command", peers.node().toString());
    entry.putArray("args").add(Project.script("hostile.mjs")).add("honest").add(trace.toString());
    return entry;
  }

  /** A folder that holds the launcher under its own name, as an installed one does. */
  private static Path onThePath(Project project) throws Exception {
    Path bin = Files.createDirectories(project.folder().resolve("bin"));
    Files.createSymbolicLink(bin.resolve("gatekeeper"), Path.of(project.command().getFirst()));
    return bin;
  }
}
