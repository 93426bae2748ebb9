package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * The server scenarios of the official conformance suite, of a server of ours over stdio: through
 * {@code gatekeeper serve} each passes, as it does without. The suite speaks HTTP, so a bridge
 * stands in front of both; scenarios about HTTP itself would try that bridge and are left out.
 */
@EndToEnd
final class ServerConformanceTest {
  private static final List<String> SCENARIOS =
      List.of(
          "server-initialize",
          "logging-set-level",
          "ping",
          "completion-complete",
          "tools-list",
          "tools-call-simple-text",
          "tools-call-image",
          "tools-call-audio",
          "tools-call-embedded-resource",
          "tools-call-mixed-content",
          "tools-call-with-logging",
          "tools-call-error",
          "tools-call-with-progress",
          "tools-call-sampling",
          "tools-call-elicitation",
          "json-schema-2020-12",
          "elicitation-sep1034-defaults",
          "elicitation-sep1330-enums",
          "resources-list",
          "resources-read-text",
          "resources-read-binary",
          "resources-templates-read",
          "resources-subscribe",
          "resources-unsubscribe",
          "prompts-list",
          "prompts-get-simple",
          "prompts-get-with-args",
          "prompts-get-embedded-resource",
          "prompts-get-with-image");

  private static final Map<String, Future<Project.Result>> RUNS = new LinkedHashMap<>();
  private static final ExecutorService RUNNERS = Executors.newFixedThreadPool(3);

  private static HttpPeer direct;
  private static HttpPeer proxied;

  @BeforeAll
  static void startThemAll(@TempDir Path folder) throws Exception {
    Peers peers = Peers.installed();
    Path script = peers.folder().resolve("suite.mjs");
    Files.copy(Path.of(Project.script("suite.mjs")), script, StandardCopyOption.REPLACE_EXISTING);
    List<String> server = List.of(peers.node().toString(), script.toString(), "server");
    Project project =
        new Project(folder)
            .server(
                "suite",
                server,
                """
                {"tools": {"allow": ["*"]}, "prompts": {"allow": ["*"]}, "unpinned": "a test",
                 "resources": {"allow": ["test://*"]}, "serverRequests": ["elicitation", "sampling"]}\
                """)
            .locked();
    direct = bridge(peers, project, server, "");
    proxied = bridge(peers, project, project.command("serve"), "suite__");
    for (String scenario : SCENARIOS) {
      RUNS.put(scenario, RUNNERS.submit(() -> run(peers, project, proxied, scenario)));
      RUNS.put(scenario + ", direct", RUNNERS.submit(() -> run(peers, project, direct, scenario)));
    }
  }

  private static HttpPeer bridge(Peers peers, Project project, List<String> command, String prefix)
      throws Exception {
    Map<String, Object> plan = new HashMap<>();
    plan.put("command", command);
    plan.put("env", project.person());
    plan.put("cwd", project.work().toString());
    plan.put("prefix", prefix);
    String json = JsonMapper.shared().writeValueAsString(plan);
    return HttpPeer.script(peers, project.folder(), "suite.mjs", "bridge", json);
  }

  private static Project.Result run(Peers peers, Project project, HttpPeer server, String scenario)
      throws Exception {
    return project.runProgram(
        List.of(
            peers.recentNode().toString(),
            peers.conformance().toString(),
            "server",
            "--url",
            server.uri("/mcp").toString(),
            "--scenario",
            scenario,
            "--spec-version",
            "2025-11-25",
            "--timeout",
            "100000"),
        project.agent(),
        "");
  }

  @AfterAll
  static void stop() {
    RUNNERS.shutdownNow();
    try {
      direct.close();
    } finally {
      proxied.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> theSuiteIsContent() {
    return RUNS.entrySet().stream()
        .map(
            run ->
                DynamicTest.dynamicTest(
                    run.getKey(),
                    () -> {
                      Project.Result result = run.getValue().get();
                      assertThat(result.exit()).as("%s", result).isZero();
                      assertThat(result.out()).contains("0 failed");
                    }));
  }
}
