package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.read.ListReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code examples/remote} shows is a list, and lacks nothing but a lock. */
final class RemoteExamplesTest {
  private static final Path EXAMPLES = Path.of("..", "examples", "remote");

  @TempDir Path folder;

  private static List<Path> examples() throws Exception {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @Test
  void eachIsAListOfOneRemoteServer() throws Exception {
    Map<String, String> origins = new TreeMap<>();
    for (Path file : examples()) {
      AllowList list = ListReader.read(Files.readAllBytes(file), file.toString());
      for (Server server : list.servers().values()) {
        HttpServer http = (HttpServer) server;
        origins.put(server.name(), http.origin());
        assertThat(http.given()).as(server.name()).hasSize(1);
      }
    }
    assertThat(origins)
        .containsExactly(
            Map.entry("github", "https://api.githubcopilot.com"),
            Map.entry("linear", "https://mcp.linear.app"),
            Map.entry("sentry", "https://mcp.sentry.dev"));
  }

  @Test
  void checkFindsNothingOnceItIsLocked() throws Exception {
    for (Path file : examples()) {
      String name = file.getFileName().toString().replace(".json", "");
      Path project = Files.createDirectories(folder.toRealPath().resolve(name));
      Path list = project.resolve(".gatekeeper/allowlist.json");
      Files.createDirectories(list.getParent());
      Files.copy(file, list);
      CommandRun before = CommandRun.in(project).run("allowlist", "check");
      assertThat(before.out()).contains("there is no lock").endsWith("; 1 error, 0 notes\n");

      Files.writeString(
          list.resolveSibling("allowlist.lock.json"),
          MadeUpLock.of(
              Files.readString(list),
              name,
              Map.of(
                      "get_issue", "Gets one.",
                      "list_issues", "Lists them.",
                      "issue_read", "Reads one.",
                      "pull_request_read", "Reads one.",
                      "create_comment", "Writes one.")
                  .entrySet()
                  .stream()
                  .filter(tool -> isNamed(list, tool.getKey()))
                  .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))));
      CommandRun after = CommandRun.in(project).run("allowlist", "check");
      assertThat(after.out()).endsWith("1 server, 0 commands; 0 errors, 0 notes\n");
      assertThat(after.exit()).isZero();
    }
  }

  private static boolean isNamed(Path list, String tool) {
    try {
      return ListReader.read(Files.readAllBytes(list), "f").servers().values().stream()
          .anyMatch(server -> server.tools().match(tool).effect() != Rules.Effect.DENY);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
