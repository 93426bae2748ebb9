package dev.gatekeeper.e2e;

import static dev.gatekeeper.e2e.MessagesApi.calls;
import static dev.gatekeeper.e2e.MessagesApi.says;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The fixtures themselves: the client and a server, with nothing between them. */
@EndToEnd
final class ClaudeClientTest {
  @Test
  void theRealClientFollowsTheScript(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    List<String> server = peers.server("everything");
    Path config =
        Files.writeString(
            folder.resolve("mcp.json"),
            JsonMapper.shared()
                .writeValueAsString(
                    Map.of(
                        "mcpServers",
                        Map.of(
                            "direct",
                            Map.of(
                                "type", "stdio",
                                "command", server.getFirst(),
                                "args", server.subList(1, server.size()))))));
    ClaudeClient client = new ClaudeClient(peers, folder.resolve("home"), folder);
    try (MessagesApi api =
        MessagesApi.following(
            calls(
                new MessagesApi.ToolUse("mcp__direct__echo", "{\"message\":\"one\"}"),
                new MessagesApi.ToolUse("mcp__direct__get-sum", "{\"a\":20,\"b\":22}")),
            says("the conversation is over"))) {
      ClaudeClient.Run run = client.run(api, config, "mcp__direct", Map.of());

      assertThat(run.exit()).as("%s", run).isZero();
      assertThat(run.out()).contains("the conversation is over");
      assertThat(api.results()).hasSize(2);
      assertThat(api.results().get(0).content()).contains("Echo: one");
      assertThat(api.results().get(1).content()).contains("42");
    }
  }
}
