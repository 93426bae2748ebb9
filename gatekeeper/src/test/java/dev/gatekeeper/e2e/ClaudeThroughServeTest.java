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

/** The thread through every room: client, list, broker, server, redaction, chain, verify. */
@EndToEnd
final class ClaudeThroughServeTest {
  private static final String TOKEN = "made-up-token-Kx83hQz71";

  @Test
  void everyCallIsGovernedAndRecorded(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    Project project =
        new Project(folder)
            .secret("demo/token", TOKEN)
            .server(
                "everything",
                peers.server("everything"),
                """
                {"env": {"DEMO_TOKEN": "secret:demo/token"},
                 "tools": {"allow": ["echo", "get-sum", "get-env"]}}\
                """)
            .locked();
    ClaudeClient client =
        new ClaudeClient(peers, project.folder().resolve("claude"), project.work());

    try (MessagesApi api =
        MessagesApi.following(
            calls(
                new ToolUse("mcp__gatekeeper__everything__echo", "{\"message\":\"one\"}"),
                new ToolUse("mcp__gatekeeper__everything__get-sum", "{\"a\":20,\"b\":22}"),
                new ToolUse("mcp__gatekeeper__everything__get-env", "{}")),
            calls(new ToolUse("mcp__gatekeeper__everything__get-tiny-image", "{}")),
            says("the conversation is over"))) {
      ClaudeClient.Run run =
          client.run(api, mcpConfig(project), "mcp__gatekeeper", project.person());

      assertThat(run.exit()).as("%s\n%s", run, api.results()).isZero();
      assertThat(api.results()).as("%s", api.results()).hasSize(4);
      assertThat(api.results().get(0).content()).contains("Echo: one");
      assertThat(api.results().get(1).content()).contains("42");
      assertThat(api.results().get(2).content())
          .contains("DEMO_TOKEN")
          .contains("[secret:demo/token]");
      assertThat(api.results().get(3).error()).as("a tool that is not allowed").isTrue();
      assertThat(api.heard().contains(TOKEN)).as("the model heard the token").isFalse();
      assertThat(project.chain())
          .contains(api.results().getFirst().id())
          .contains("call.intent")
          .contains("grant")
          .contains("secret:demo/token");
    }

    Project.Result sound = project.asAgent("audit", "verify");
    assertThat(sound.exit()).as("%s", sound).isZero();

    alterOneByte(project);
    Project.Result tampered = project.asAgent("audit", "verify");
    assertThat(tampered.exit()).as("%s", tampered).isEqualTo(1);
  }

  private static Path mcpConfig(Project project) throws Exception {
    List<String> serve = project.command("serve");
    return Files.writeString(
        project.folder().resolve("mcp.json"),
        JsonMapper.shared()
            .writeValueAsString(
                Map.of(
                    "mcpServers",
                    Map.of(
                        "gatekeeper",
                        Map.of(
                            "type", "stdio",
                            "command", serve.getFirst(),
                            "args", serve.subList(1, serve.size()))))));
  }

  /** In the record of the first call: {@code echo} becomes {@code ecHo}. */
  private static void alterOneByte(Project project) throws Exception {
    Path segment;
    try (var segments = Files.list(project.home().resolve("audit/log"))) {
      segment = segments.sorted().findFirst().orElseThrow();
    }
    String log = Files.readString(segment);
    int at = log.indexOf("\"echo\"");
    assertThat(at).as("a record of the call of echo").isPositive();
    Files.writeString(segment, log.substring(0, at + 3) + "H" + log.substring(at + 4));
  }
}
