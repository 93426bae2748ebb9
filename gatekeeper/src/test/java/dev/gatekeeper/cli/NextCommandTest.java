package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told to type after a change of the list leads to where they want to be. */
final class NextCommandTest {
  @TempDir Path folder;
  private Path project;
  private Path list;

  @BeforeEach
  void lay() throws IOException {
    folder = folder.toRealPath();
    project = Files.createDirectory(folder.resolve("project"));
    Files.createDirectory(project.resolve(".git"));
    list = project.resolve(".gatekeeper/allowlist.json");
  }

  private CommandRun run(String... line) {
    return CommandRun.in(project)
        .with("HOME", folder.toString())
        .with("GATEKEEPER_HOME", folder.resolve("state").toString())
        .run(line);
  }

  private void written(String entry) throws IOException {
    Files.createDirectories(list.getParent());
    Files.writeString(list, "{\"version\": 1, \"mcpServers\": {" + entry + "}}");
  }

  @Test
  void whatIsAddedIsLockedBeforeItIsTrusted() {
    String[] add = {
      "allowlist",
      "add",
      "a",
      "--reason",
      "r",
      "--owner",
      "o",
      "--tool",
      "*",
      "--unpinned",
      "why",
      "--",
      "true"
    };
    assertThat(run(add).out())
        .endsWith(
            """
            next: gatekeeper allowlist lock a
            to put the list in force: gatekeeper allowlist trust
            """);
  }

  /** Nothing of these is locked: what they say now counts. */
  @Test
  void whatSaysWhatItLikesIsNotLocked() throws IOException {
    written(
        """
        "a": {"reason": "r", "owner": "o", "command": "true", "unpinned": "u", "dynamic": "d",
              "tools": {"allow": ["x"]}}\
        """);
    assertThat(run("allowlist", "lock", "--yes").exit()).isZero();
    CommandRun again = run("allowlist", "lock"); // no terminal: a question would end it
    assertThat(again.err()).isEmpty();
    assertThat(again.out()).contains("is in step");
    assertThat(run("allowlist", "lock", "--check", "--json").out())
        .isEqualTo(
            "{\"lock\":\".gatekeeper/allowlist.lock.json\",\"inStep\":true,\"changes\":[]}\n");
    written(
        """
        "a": {"reason": "r", "owner": "o", "command": "false", "unpinned": "u", "dynamic": "d",
              "tools": {"allow": ["x"]}}\
        """);
    CommandRun check = run("allowlist", "lock", "--check", "--json");
    assertThat(check.exit()).isEqualTo(1);
    assertThat(check.out()).contains("\"inStep\":false,\"changes\":[\"");
  }

  /** The others can be locked while somebody mends it. */
  @Test
  void whoeverCannotLockOneServerIsToldOfTheOthers() throws IOException {
    String quiet =
        """
        "reason": "r", "owner": "o", "command": "true", "unpinned": "u", "dynamic": "d",
        "tools": {"allow": ["x"]}\
        """;
    String broken =
        """
        "b": {"reason": "r", "owner": "o", "command": "node", "args": ["gone.js"], "dynamic": "d",
              "tools": {"allow": ["x"]}}\
        """;
    written("\"a\": {" + quiet + "}, " + broken + ", \"c\": {" + quiet + "}");
    CommandRun lock = run("allowlist", "lock", "--yes");
    assertThat(lock.exit()).isEqualTo(3);
    assertThat(lock.err())
        .contains("b: ", "gone.js does not exist")
        .endsWith("of the entry; the others alone: gatekeeper allowlist lock a c\n");
    assertThat(run("allowlist", "lock", "--yes", "a", "c").exit()).isZero();
    written(broken);
    assertThat(run("allowlist", "lock", "--yes").err()).endsWith("\"cwd\" of the entry\n");
  }
}
