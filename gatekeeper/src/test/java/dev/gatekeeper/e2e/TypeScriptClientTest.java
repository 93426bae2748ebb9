package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The TypeScript SDK's client calls every method, straight at a server and through the program. */
@EndToEnd
final class TypeScriptClientTest {
  private static final String ALL =
      """
      {"tools": {"allow": ["*"]}, "prompts": {"allow": ["*"]}, "resources": {"allow": ["*"]},
       "serverRequests": ["roots", "sampling", "elicitation"]}\
      """;

  @Test
  void theScriptItselfPassesWithoutTheGatekeeper(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    Project project = new Project(folder);

    assertAllChecksPass(
        drive(
            peers,
            project,
            Map.of("command", peers.server("everything"), "names", Map.of("everything", ""))));
  }

  @Test
  void everyMethodPassesThroughTheGatekeeper(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    Project project = new Project(folder);
    Path files = Files.createDirectories(project.work().resolve("files"));
    project
        .server("everything", peers.server("everything"), ALL)
        .server(
            "filesystem",
            peers.server("filesystem", files.toString()),
            "{\"tools\": {\"allow\": [\"*\"]}}")
        .server(
            "memory",
            peers.server("memory"),
            """
            {"env": {"MEMORY_FILE_PATH": "${project}/memory.jsonl"}, "tools": {"allow": ["*"]}}\
            """)
        .locked();

    Project.Result result =
        drive(
            peers,
            project,
            Map.of(
                "command", project.command("serve"),
                "names",
                    Map.of(
                        "everything", "everything__",
                        "filesystem", "filesystem__",
                        "memory", "memory__"),
                "folder", files.toString()));

    assertAllChecksPass(result);
    assertThat(result.out()).contains("ok server-filesystem").contains("ok server-memory");
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  /** The server is the same one, reached by HTTP. */
  @ParameterizedTest
  @ValueSource(strings = {"streamableHttp", "sse"})
  void everyMethodPassesToARemoteServer(String transport, @TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    try (HttpPeer everything = HttpPeer.everything(peers, folder, transport)) {
      Project project = new Project(folder);
      String path = transport.equals("sse") ? "/sse" : "/mcp";
      project.remote("everything", everything.uri(path), ALL).locked();

      assertAllChecksPass(
          drive(
              peers,
              project,
              Map.of(
                  "command", project.command("serve"),
                  "names", Map.of("everything", "everything__"))));
      assertThat(project.asAgent("audit", "verify").exit()).isZero();
    }
  }

  private static Project.Result drive(Peers peers, Project project, Map<String, Object> plan)
      throws Exception {
    Path script = peers.folder().resolve("client.mjs");
    Files.copy(Path.of(Project.script("client.mjs")), script, StandardCopyOption.REPLACE_EXISTING);
    Map<String, Object> whole = new HashMap<>(plan);
    whole.put("env", project.person());
    whole.put("cwd", project.work().toString());
    return project.runProgram(
        List.of(
            peers.node().toString(),
            script.toString(),
            JsonMapper.shared().writeValueAsString(whole)),
        project.agent(),
        "");
  }

  private static void assertAllChecksPass(Project.Result result) {
    assertThat(result.out().lines().filter(line -> line.startsWith("not ok")))
        .as("%s", result.err())
        .isEmpty();
    assertThat(result.out().lines().filter(line -> line.startsWith("ok")))
        .as("%s", result)
        .hasSizeGreaterThanOrEqualTo(22);
    assertThat(result.exit()).isZero();
  }
}
