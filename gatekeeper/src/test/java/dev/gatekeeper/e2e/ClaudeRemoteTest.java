package dev.gatekeeper.e2e;

import static dev.gatekeeper.e2e.MessagesApi.calls;
import static dev.gatekeeper.e2e.MessagesApi.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.e2e.MessagesApi.ToolUse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Claude Code calls a tool of a server that is reached by HTTP, governed alone. */
@EndToEnd
final class ClaudeRemoteTest {
  private static final String TOKEN = "made-up-token-Kx83hQz71";

  @Test
  void aToolOfARemoteServerIsCalledThroughItsOwnRegistration(@TempDir Path folder)
      throws Exception {
    Peers peers = Peers.installed();
    int port = freePort();
    Process everything = start(peers.server("everything", "streamableHttp"), port, folder);
    try {
      Project project = new Project(folder).secret("remote/token", TOKEN).withVault();
      Path list = project.work().resolve(".gatekeeper/allowlist.json");
      Files.createDirectories(list.getParent());
      Files.writeString(
          list,
          """
          {"version": 1, "mcpServers": {"remote": {"reason": "a test", "owner": "tests",
            "type": "http", "url": "http://127.0.0.1:%d/mcp",
            "headers": {"X-Token": "secret:remote/token"},
            "tools": {"allow": ["echo", "get-sum"]}}}}
          """
              .formatted(port));
      Project.Result locked = project.gatekeeper("allowlist", "lock", "--yes");
      assertThat(locked.exit()).as("%s", locked).isZero();
      project.trusted();
      ClaudeClient client =
          new ClaudeClient(peers, project.folder().resolve("claude"), project.work());
      try (MessagesApi api =
          MessagesApi.following(
              calls(
                  new ToolUse("mcp__governed__remote__echo", "{\"message\":\"one\"}"),
                  new ToolUse("mcp__governed__remote__echo", "{\"message\":\"" + TOKEN + "\"}")),
              calls(new ToolUse("mcp__governed__remote__get-env", "{}")),
              says("the conversation is over"))) {
        ClaudeClient.Run run =
            client.run(api, mcpConfig(project), "mcp__governed", project.person());

        assertThat(run.exit()).as("%s\n%s", run, api.results()).isZero();
        assertThat(api.results()).as("%s", api.results()).hasSize(3);
        assertThat(api.results().get(0).content()).contains("Echo: one");
        assertThat(api.results().get(1).content())
            .as("what it was given does not come back")
            .contains("[secret:remote/token]")
            .doesNotContain(TOKEN);
        assertThat(api.results().get(2).error()).as("a tool that is not allowed").isTrue();
        assertThat(project.chain())
            .contains("serve --only remote", "call.intent", "grant", "secret:remote/token")
            .doesNotContain(TOKEN);
      }
      Project.Result sound = project.asAgent("audit", "verify");
      assertThat(sound.exit()).as("%s", sound).isZero();
    } finally {
      everything.destroyForcibly().waitFor();
    }
  }

  private static Path mcpConfig(Project project) throws IOException {
    List<String> serve = project.command("serve", "--only", "remote");
    return Files.writeString(
        project.folder().resolve("mcp.json"),
        JsonMapper.shared()
            .writeValueAsString(
                Map.of(
                    "mcpServers",
                    Map.of(
                        "governed",
                        Map.of(
                            "type", "stdio",
                            "command", serve.getFirst(),
                            "args", serve.subList(1, serve.size()))))));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Process start(List<String> command, int port, Path folder) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("everything.log").toFile());
    builder.environment().put("PORT", String.valueOf(port));
    Process process = builder.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < end && process.isAlive()) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        return process;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(50); // no event says that a process listens
      }
    }
    throw new AssertionError(
        "the server does not listen: " + Files.readString(folder.resolve("everything.log")));
  }
}
