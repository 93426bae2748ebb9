package dev.gatekeeper.e2e;

import static dev.gatekeeper.e2e.MessagesApi.calls;
import static dev.gatekeeper.e2e.MessagesApi.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.e2e.MessagesApi.ToolResult;
import dev.gatekeeper.e2e.MessagesApi.ToolUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The real client, with a person at its terminal, and another who approves at theirs. */
@EndToEnd
final class ClaudeWaitsForApprovalTest {
  private static final String ASKED = "mcp__gatekeeper__honest__echo";
  private static final String DIALOG = "Do you want to proceed?";

  @Test
  void aCallThatTheClientLetThroughWaitsForApprove(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .hostile(
                Peers.installed(),
                "honest",
                "honest",
                "{\"tools\": {\"allow\": [\"echo\"], \"ask\": [\"echo\"]}}")
            .adopted();
    ClaudeClient client =
        new ClaudeClient(Peers.installed(), project.folder().resolve("claude"), project.work());
    try (MessagesApi api =
            MessagesApi.following(
                calls(new ToolUse(ASKED, "{\"message\":\"let through\"}")),
                calls(new ToolUse(ASKED, "{\"message\":\"held back\"}")),
                says("the conversation is over"));
        ClaudeTerminal terminal = client.interactive(api, options(project), project.agent())) {
      terminal.awaits(DIALOG); // although --allowedTools names it: by our mark
      assertThat(waiting(project)).isEmpty();
      terminal.enter();
      String first = oneWaiting(project);
      assertThat(project.asAgent("allowlist", "approve", first, "--yes").exit()).isNotZero();
      assertThat(echoed(project)).isZero();
      assertThat(api.results()).isEmpty();
      Project.Result approved = project.gatekeeper("allowlist", "approve", first, "--yes");
      assertThat(approved.exit()).as("%s", approved).isZero();

      terminal.awaits(DIALOG);
      ToolResult passed = api.results().getLast();
      assertThat(passed.error()).as("%s", passed).isFalse();
      assertThat(passed.content()).contains("echo let through");
      terminal.enter();
      String second = oneWaiting(project);
      Project.Result denied = project.asAgent("allowlist", "approve", second, "--deny");
      assertThat(denied.exit()).as("%s", denied).isZero();

      terminal.awaits("the conversation is over");
      ToolResult refused = api.results().getLast();
      assertThat(refused.error()).as("%s", refused).isTrue();
      assertThat(refused.content()).contains("a person denied this call");
      assertThat(echoed(project)).isEqualTo(1);
    }

    assertThat(project.chain()).contains("\"outcome\":\"approved\"", "\"outcome\":\"denied\"");
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  @Test
  void whereAPersonSaidSoTheClientsOwnDialogApproves(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .hostile(
                Peers.installed(),
                "honest",
                "honest",
                "{\"tools\": {\"allow\": [\"echo\"], \"ask\": [\"echo\"]}}")
            .adopted();
    Project.Result said = project.gatekeeper("allowlist", "trust", "--dialog", "--yes");
    assertThat(said.exit()).as("%s", said).isZero();
    ClaudeClient client =
        new ClaudeClient(Peers.installed(), project.folder().resolve("claude"), project.work());

    try (MessagesApi api =
            MessagesApi.following(
                calls(new ToolUse(ASKED, "{\"message\":\"let through\"}")),
                says("the conversation is over"));
        ClaudeTerminal terminal = client.interactive(api, options(project), project.agent())) {
      terminal.awaits(DIALOG);
      terminal.enter();
      terminal.awaits("let the agent call echo of server honest");
      terminal.awaits("Decline");
      assertThat(echoed(project)).isZero();
      terminal.enter();
      terminal.awaits("the conversation is over");
      assertThat(api.results().getLast().content()).contains("echo let through");
    }
    assertThat(project.chain()).contains("\"approver\":\"client dialog\"");
  }

  private static List<String> options(Project project) throws Exception {
    return List.of(
        "--mcp-config",
        mcpConfig(project).toString(),
        "--strict-mcp-config",
        "--permission-mode",
        "default",
        "--allowedTools",
        "mcp__gatekeeper");
  }

  private static long echoed(Project project) throws Exception {
    Path trace = project.trace("honest");
    if (!Files.exists(trace)) {
      return 0;
    }
    return Files.readAllLines(trace).stream().filter(line -> line.contains("tools/call")).count();
  }

  private static String oneWaiting(Project project) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      List<String> ids = waiting(project);
      if (ids.size() == 1) {
        return ids.getFirst();
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError("no request waits");
  }

  private static List<String> waiting(Project project) {
    String[] files =
        project
            .home()
            .resolve("approvals")
            .toFile()
            .list((dir, name) -> name.matches("[a-z2-7]{8}\\.json"));
    return files == null
        ? List.of()
        : List.of(files).stream().map(name -> name.substring(0, 8)).toList();
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
