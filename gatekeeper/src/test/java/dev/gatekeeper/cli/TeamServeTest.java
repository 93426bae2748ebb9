package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.TeamPeople.Person;
import java.io.BufferedReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server behind {@code serve} gets the value that a teammate put, pulled through git. */
final class TeamServeTest {
  private static final String VALUE = "made-up-value-of-the-database-7hQz";

  /** Says what it got, as a careless server would. */
  private static final String SERVER =
      """
      #!/bin/sh
      while read -r line; do
        id=$(printf '%s' "$line" | sed -n 's/.*"id":\\("[^"]*"\\|[0-9]*\\).*/\\1/p')
        case "$line" in
          *'"initialize"'*) answer='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"db","version":"1"}}' ;;
          *'"tools/list"'*) answer='{"tools":[{"name":"url","description":"Says it.","inputSchema":{"type":"object"}}]}' ;;
          *'"tools/call"'*) printf '%s' "$URL" > "$SEEN"; answer='{"content":[{"type":"text","text":"it is '"$URL"'"}]}' ;;
          *) continue ;;
        esac
        printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$answer"
      done
      """;

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void aServerGetsWhatATeammatePut() throws Exception {
    TeamPeople people = new TeamPeople(folder);
    Person alice = people.person("alice");
    alice.done("vault", "init", "--team", "--label", "alice");
    alice.put("db/dev", VALUE);
    Path seen = folder.toRealPath().resolve("seen");
    Path server = folder.toRealPath().resolve("server.sh");
    Files.writeString(server, SERVER);
    Files.setPosixFilePermissions(server, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(
        alice.clone.resolve(".gatekeeper/allowlist.json"),
        """
        {"version": 1, "mcpServers": {"db": {"reason": "a test", "owner": "alice",
          "command": "%s", "unpinned": "a test", "dynamic": "a test",
          "env": {"URL": "team:db/dev", "SEEN": "%s"}, "tools": {"allow": ["url"]}}}}
        """
            .formatted(server, seen));
    alice.git("checkout", "-q", "-b", "main");
    Person bob = people.person("bob");
    alice.done("vault", "slot", "add", "--team", "bob", "--recipient", bob.identity());
    alice.commit();
    alice.git("push", "-q", "-u", "origin", "main");
    bob.git("pull", "-q", "origin", "main");
    assertThat(bob.type("allowlist", "trust", "--yes").exit()).isZero();

    String refused = call(people, bob);
    assertThat(refused).contains("nobody on this machine has accepted", "gatekeeper vault accept");
    assertThat(seen).doesNotExist();

    bob.done("vault", "accept");
    String answer = call(people, bob);
    assertThat(answer).contains("[team:db/dev]").doesNotContain(VALUE);
    assertThat(seen).hasContent(VALUE);

    alice.done("vault", "slot", "remove", "--team", "bob");
    alice.commit();
    alice.git("push", "-q");
    bob.git("pull", "-q", "origin", "main");
    Files.delete(seen);
    assertThat(call(people, bob)).contains("you are not a member");
    assertThat(seen).doesNotExist();
  }

  /** One session, one call: the line of its answer. */
  private static String call(TeamPeople people, Person person) throws Exception {
    ProcessBuilder builder = people.gatekeeper(person, "serve");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try (OutputStream to = process.getOutputStream();
        BufferedReader from = process.inputReader(UTF_8)) {
      write(
          to,
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
              + "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
              + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}");
      await(from, "\"id\":1");
      write(to, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
      write(
          to,
          "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{"
              + "\"name\":\"db__url\",\"arguments\":{}}}");
      return await(from, "\"id\":2");
    } finally {
      process.waitFor(20, TimeUnit.SECONDS);
      process.destroyForcibly();
    }
  }

  private static void write(OutputStream to, String line) throws Exception {
    to.write((line + "\n").getBytes(UTF_8));
    to.flush();
  }

  private static String await(BufferedReader from, String part) throws Exception {
    String line;
    while ((line = from.readLine()) != null) {
      if (line.contains(part)) {
        return line;
      }
    }
    throw new AssertionError("the session ended before it answered");
  }
}
