package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.TeamPeople.Person;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve --only}: registrations of single servers, side by side. */
@Timeout(180)
final class ServeOnlyTest {
  private static final String SERVER =
      """
      #!/bin/sh
      while read -r line; do
        id=$(printf '%s' "$line" | sed -n 's/.*"id":\\("[^"]*"\\|[0-9]*\\).*/\\1/p')
        case "$line" in
          *'"initialize"'*) answer='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
          *'"tools/list"'*) answer='{"tools":[{"name":"who","description":"Says it.","inputSchema":{"type":"object"}}]}' ;;
          *'"tools/call"'*) answer='{"content":[{"type":"text","text":"it is '"$WHO"'"}]}' ;;
          *) continue ;;
        esac
        printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$answer"
      done
      """;

  @TempDir Path folder;

  private TeamPeople people;
  private Person alice;

  @BeforeEach
  void list() throws Exception {
    people = new TeamPeople(folder);
    alice = people.person("alice");
    Path server = folder.toRealPath().resolve("server.sh");
    Files.writeString(server, SERVER);
    Files.setPosixFilePermissions(server, PosixFilePermissions.fromString("rwx------"));
    String entry =
        """
        "%s": {"reason": "a test", "owner": "alice", "command": "%s", "unpinned": "a test",
          "dynamic": "a test", "env": {"WHO": "%s"}, "tools": {"allow": ["who"]}}
        """;
    Path list = alice.clone.resolve(".gatekeeper/allowlist.json");
    Files.createDirectories(list.getParent());
    Files.writeString(
        list,
        "{\"version\": 1, \"mcpServers\": {%s, %s}}"
            .formatted(
                entry.formatted("a", server, "first"), entry.formatted("b", server, "second")));
  }

  private void trusted() throws Exception {
    assertThat(alice.type("allowlist", "trust", "--yes").exit()).isZero();
  }

  @Test
  void twoStandSideBySideAndEachHasItsOwn() throws Exception {
    trusted();
    try (Agent a = new Agent("--only", "a");
        Agent b = new Agent("--only=b")) {
      assertThat(a.tools()).contains("\"a__who\"", "\"gatekeeper_status\"").doesNotContain("b__");
      assertThat(b.tools()).contains("\"b__who\"", "\"gatekeeper_status\"").doesNotContain("a__");
      assertThat(a.call("a__who")).contains("it is first");
      assertThat(b.call("b__who")).contains("it is second");
      assertThat(a.call("b__who")).contains("\"error\"").doesNotContain("second");
    }
    String log = alice.done("audit", "show", "--json").out();
    assertThat(log).contains("serve --only a", "serve --only b", "\"call.denied\"");
    assertThat(alice.done("audit", "verify").exit()).isZero();
  }

  @Test
  void aNameThatTheListDoesNotHaveStillStartsAndSaysWhatToType() throws Exception {
    trusted();
    try (Agent agent = new Agent("--only", "c")) {
      assertThat(agent.hello)
          .contains(
              "serve --only c", "no tool of any server is there", "gatekeeper allowlist show");
      assertThat(agent.tools()).contains("\"gatekeeper_status\"").doesNotContain("__who");
      assertThat(agent.call("a__who")).contains("\"error\"");
      assertThat(agent.call("gatekeeper_status")).contains("serve --only c");
    }
  }

  @Test
  void aListThatNobodyTrustedGovernsNothing() throws Exception {
    try (Agent agent = new Agent("--only", "a")) {
      assertThat(agent.hello).contains("gatekeeper allowlist trust");
      assertThat(agent.tools()).doesNotContain("__who");
      assertThat(agent.call("a__who")).contains("\"error\"");
    }
  }

  @Test
  void anythingElseIsAMistakeThatIsSaid() throws Exception {
    for (List<String> line :
        List.of(
            List.of("serve", "--only"),
            List.of("serve", "--only", "a", "--only", "b"),
            List.of("serve", "a"))) {
      CommandRun run = alice.type(line.toArray(String[]::new));
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err()).contains("serve takes nothing but --only SERVER, once");
    }
    assertThat(alice.done("serve", "--help").out()).contains("--only SERVER");
  }

  /** One registration, as an agent's client starts it. */
  private final class Agent implements AutoCloseable {
    private final Process process;
    private final OutputStream to;
    private final BufferedReader from;
    private final String hello;
    private int id;

    Agent(String... arguments) throws Exception {
      ProcessBuilder builder = people.gatekeeper(alice, "serve");
      builder.command().addAll(List.of(arguments));
      process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      to = process.getOutputStream();
      from = process.inputReader(UTF_8);
      hello =
          ask(
              "initialize",
              "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
                  + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}");
      write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    String tools() throws Exception {
      return ask("tools/list", "{}");
    }

    String call(String tool) throws Exception {
      return ask("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{}}");
    }

    private String ask(String method, String params) throws Exception {
      id++;
      write(
          "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
              .formatted(id, method, params));
      String line;
      while ((line = from.readLine()) != null) {
        if (line.contains("\"id\":" + id + ",") || line.contains("\"id\":" + id + "}")) {
          return line;
        }
      }
      throw new AssertionError("the session ended before it answered " + method);
    }

    private void write(String line) throws Exception {
      to.write((line + "\n").getBytes(UTF_8));
      to.flush();
    }

    @Override
    public void close() throws IOException {
      to.close();
      try {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      from.close();
    }
  }
}
