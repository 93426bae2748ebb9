package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands write of a person's own list, and say of it, without starting anything. */
final class OwnListCommandTest {
  @TempDir Path folder;
  private Path project;
  private Path own;

  @BeforeEach
  void lay() throws IOException {
    folder = folder.toRealPath();
    project = Files.createDirectory(folder.resolve("project"));
    own = folder.resolve("state/allowlist.json");
  }

  private CommandRun run(String... line) {
    return CommandRun.in(project)
        .with("HOME", folder.toString())
        .with("GATEKEEPER_HOME", folder.resolve("state").toString())
        .run(line);
  }

  private CommandRun adds(String name, String reference) {
    return run(
        "allowlist",
        "add",
        "--personal",
        name,
        "--reason",
        "r",
        "--owner",
        "o",
        "--env",
        "TOKEN=" + reference,
        "--unpinned",
        "why",
        "--",
        "true");
  }

  @Test
  void whatIsAddedToItLiesInTheHomeForThePersonAlone() throws IOException {
    CommandRun add = adds("a", "secret:s");
    assertThat(add.err()).isEmpty();
    assertThat(add.out()).contains("added a to " + own);
    assertThat(add.out()).contains("next: gatekeeper vault put s, unless the vault has it\n");
    assertThat(add.out()).endsWith("in force: gatekeeper allowlist trust --personal\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rw-------");
    assertThat(project).isEmptyDirectory();
    assertThat(run("allowlist", "show", "--personal").out()).startsWith("a\n");
  }

  @Test
  void theRepositorysSecretsAreOutOfItsReach() {
    CommandRun add = adds("a", "team:s");
    assertThat(add.exit()).isEqualTo(1);
    assertThat(add.err()).contains("(nothing was written)");
    assertThat(own).doesNotExist();
  }

  @Test
  void serversOfAClientGoThere() throws IOException {
    Path client = folder.resolve("mcp.json");
    Files.writeString(client, "{\"mcpServers\": {\"a\": {\"command\": \"true\"}}}");
    CommandRun imported =
        run("allowlist", "import", "--personal", "--tool", "*", client.toString());
    assertThat(imported.out())
        .contains("1 added to " + own)
        .endsWith(
            """
            next: gatekeeper allowlist check --personal
            next: gatekeeper allowlist lock --personal a
            next: gatekeeper allowlist trust --personal
            """);
    assertThat(project).isEmptyDirectory();
  }

  @Test
  void whatIsToBeTypedOfAnEntryOfItNamesIt() throws IOException {
    adds("a", "secret:s");
    String text = Files.readString(own);
    Files.writeString(own, text.replace("\"owner\"", "\"expires\": \"2020-01-01\", \"owner\""));
    assertThat(run("allowlist", "lock", "--personal").err())
        .contains("a expired on 2020-01-01", "then gatekeeper allowlist lock --personal a\n");
  }

  @Test
  void itIsInNoCommitAndInNoOtherFile() {
    adds("a", "secret:s");
    assertThat(run("allowlist", "diff", "--personal", "main").exit()).isEqualTo(2);
    assertThat(run("allowlist", "check", "--personal", own.toString()).exit()).isEqualTo(2);
    assertThat(run("allowlist", "show", "--personal", own.toString()).exit()).isEqualTo(2);
  }

  @Test
  void whereThereIsNoneItIsSaidHowOneBegins() {
    CommandRun check = run("allowlist", "check", "--personal");
    assertThat(check.exit()).isEqualTo(3);
    assertThat(check.err())
        .contains("there is no list at " + own, "gatekeeper allowlist add --personal NAME");
    assertThat(run("allowlist", "diff", "--personal").err())
        .contains("there is no list at " + own, "gatekeeper allowlist import --personal");
  }

  /** What it names may be what would be removed. */
  @Test
  void whatItsLockNamesIsNotLeftOver() throws IOException {
    adds("a", "secret:s");
    Path list = project.resolve(".gatekeeper/allowlist.json");
    Files.createDirectories(list.getParent());
    Files.writeString(list, "{\"version\": 1}");
    assertThat(run("allowlist", "install", "--prune").out()).isEqualTo("nothing is left over\n");
    Files.writeString(own.resolveSibling("allowlist.lock.json"), "no lock");
    CommandRun prune = run("allowlist", "install", "--prune");
    assertThat(prune.exit()).isEqualTo(3);
    assertThat(prune.err()).contains(own.resolveSibling("allowlist.lock.json").toString());
  }
}
