package dev.gatekeeper.e2e;

import static dev.gatekeeper.e2e.MessagesApi.after;
import static dev.gatekeeper.e2e.MessagesApi.calls;
import static dev.gatekeeper.e2e.MessagesApi.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.e2e.MessagesApi.ToolUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The real client in a running session, while a person changes what is in force. */
@EndToEnd
final class ClaudeFollowsTrustTest {
  private static final String READ = "mcp__gatekeeper__honest__echo";
  private static final String NEW = "mcp__gatekeeper__honest__pid";

  @Test
  void aNewToolAppearsOnceAPersonTrustedIt(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    Project project =
        new Project(folder)
            .hostile(peers, "honest", "honest", "{\"tools\": {\"allow\": [\"echo\"]}}")
            .locked();
    ClaudeClient client =
        new ClaudeClient(peers, project.folder().resolve("claude"), project.work());

    try (MessagesApi api =
        MessagesApi.following(
            calls(new ToolUse(READ, "{\"message\":\"one\"}"), new ToolUse(NEW, "{}")),
            after(
                () -> {
                  project
                      .hostile(
                          peers,
                          "honest",
                          "honest",
                          "{\"tools\": {\"allow\": [\"echo\", \"pid\"]}}")
                      .writeList();
                  project.gatekeeper("allowlist", "lock", "--yes");
                  project.trusted();
                  TimeUnit.SECONDS.sleep(5); // a session looks every two seconds
                },
                calls(new ToolUse(NEW, "{}"))),
            says("the conversation is over"))) {
      ClaudeClient.Run run =
          client.run(api, mcpConfig(project), "mcp__gatekeeper", project.person());
      assertThat(run.exit()).as("%s\n%s", run, api.results()).isZero();
      assertThat(api.results()).as("%s", api.results()).hasSize(3);
      assertThat(api.results().get(0).content()).contains("echo one");
      assertThat(api.results().get(1).error()).as("nobody has trusted it yet").isTrue();
      assertThat(api.results().get(2).error()).as("%s", api.results()).isFalse();
      assertThat(api.results().get(2).content()).containsPattern("[0-9]+");
    }
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  private static Path mcpConfig(Project project) throws Exception {
    List<String> serve = project.command("serve");
    Map<String, Object> entry =
        Map.of(
            "type", "stdio",
            "command", serve.getFirst(),
            "args", serve.subList(1, serve.size()));
    return Files.writeString(
        project.folder().resolve("mcp.json"),
        JsonMapper.shared().writeValueAsString(Map.of("mcpServers", Map.of("gatekeeper", entry))));
  }
}
