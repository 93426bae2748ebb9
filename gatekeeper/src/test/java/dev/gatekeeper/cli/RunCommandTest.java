package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunCommandTest {
  private static final String VALUE = "made-up-value-of-the-database";

  @TempDir Path folder;
  private Path passphrase;

  @BeforeEach
  void layOut() throws IOException {
    folder = folder.toRealPath();
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectory(folder.resolve(".gatekeeper"));
    list(
        """
        "env": { "unpinned": "a test", "command": "/usr/bin/env", "env": {"DB": "secret:db/dev", "LEVEL": "info"} },
        "exit": { "unpinned": "a test", "command": "/bin/sh", "args": ["-c", "exit 42"] },
        "killed": { "unpinned": "a test", "command": "/bin/sh", "args": ["-c", "kill -9 $$"] },
        "elsewhere": { "unpinned": "a test", "command": "/bin/pwd", "cwd": "${project}/not here" },
        "missing": { "unpinned": "a test", "command": "no-such-program" },
        "folder": { "unpinned": "a test", "command": "/tmp" }
        """);
    assertThat(command().run("vault", "init").exit()).isZero();
    assertThat(command().input(VALUE.getBytes(UTF_8)).run("vault", "put", "db/dev").exit())
        .isZero();
  }

  private void list(String commands) throws IOException {
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.json"),
        "{\"version\": 1, \"commands\": {" + commands + "}}");
  }

  private CommandRun command() {
    return CommandRun.in(folder)
        .with("HOME", folder.toString())
        .with("PATH", "/usr/bin:/bin")
        .with("AMBIENT_TOKEN", "made-up-ambient")
        .with("GATEKEEPER_HOME", folder.resolve("home").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }

  private void trust() {
    CommandRun run = command().run("allowlist", "trust", "--yes");
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
  }

  @Test
  void aCommandOfTheTrustedListGetsItsVariablesAndNothingElse() {
    trust();
    CommandRun run = command().run("run", "env");

    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    assertThat(run.out().lines())
        .containsExactlyInAnyOrder(
            "DB=[secret:db/dev]", "HOME=" + folder, "LEVEL=info", "PATH=/usr/bin:/bin");
  }

  @Test
  void anUntrustedListStartsNothing() throws IOException {
    CommandRun before = command().run("run", "env");
    assertThat(before.exit()).isEqualTo(125);
    assertThat(before.err()).contains("gatekeeper allowlist trust");
  }

  @Test
  void whatSomebodyWroteIntoATrustedListIsNotRun() throws IOException {
    trust();
    list(
        "\"env\": { \"unpinned\": \"a test\", \"command\": \"/bin/false\" }, \"more\": {"
            + " \"unpinned\": \"a test\", \"command\": \"/bin/true\" }");
    CommandRun asTrusted = command().run("run", "env");
    assertThat(asTrusted.exit()).isZero();
    assertThat(asTrusted.out()).contains("LEVEL=info");
    assertThat(command().run("run", "more").exit()).isEqualTo(125);
  }

  @Test
  void theExitStatusIsTheChilds() {
    trust();
    assertThat(command().run("run", "exit").exit()).isEqualTo(42);
    assertThat(command().run("run", "killed").exit()).isEqualTo(128 + 9);
    assertThat(command().run("run", "missing").exit()).isEqualTo(127);
    assertThat(command().run("run", "folder").exit()).isEqualTo(126);
  }

  @Test
  void theLogShowsTheExitStatusAsOneWord() {
    trust();
    assertThat(command().run("run", "exit").exit()).isEqualTo(42);
    assertThat(command().run("audit", "show").out())
        .contains(" exit-42 ")
        .doesNotContain("\\u0020");
  }

  @Test
  void aWorkingDirectoryThatIsNotThereIsNamed() throws IOException {
    trust();
    CommandRun run = command().run("run", "elsewhere");
    assertThat(run.exit()).isEqualTo(125);
    assertThat(run.err())
        .contains("working directory " + folder + "/not here does not exist", "\"cwd\"")
        .doesNotContain("posix_spawn");
    assertThat(log()).contains("\"outcome\":\"failed\"");
  }

  /** A user of a service, say: rules that name the home then allow nobody's files. */
  @Test
  void aHomeThatIsNotThereHindersNothing() {
    trust();
    CommandRun run = command().with("HOME", folder + "/nobody").run("run", "exit");
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isEqualTo(42);
  }

  @Test
  void whatIsNotListedIsRefusedAndRecorded() throws IOException {
    trust();
    CommandRun run = command().run("run", "other");
    assertThat(run.exit()).isEqualTo(125);
    assertThat(run.err()).contains("The allow-list has no such command.");

    CommandRun more = command().run("run", "exit", "--more");
    assertThat(more.exit()).isEqualTo(125);
    assertThat(more.err()).contains("The command takes no further arguments.");
    assertThat(log()).contains("\"call.denied\"", "run:other", "run:exit");
  }

  @Test
  void aLineOfAPersonsOwnNeedsThePassphrase() {
    String[] line = {"run", "--env", "DB=secret:db/dev", "--", "printenv", "DB"};
    CommandRun without =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", folder.resolve("home").toString())
            .with("PATH", "/usr/bin:/bin")
            .run(line);
    assertThat(without.exit()).isEqualTo(125);
    assertThat(without.out()).isEmpty();

    CommandRun agent = command().with("CLAUDECODE", "1").run(line);
    assertThat(agent.exit()).isEqualTo(125);
    assertThat(agent.err()).contains("is for a person");

    CommandRun run = command().run(line);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("[secret:db/dev]\n");
    assertThat(run.exit()).isZero();
  }

  @Test
  void theValueReachesTheChildWhole() {
    CommandRun run =
        command()
            .run(
                "run",
                "--env",
                "DB=secret:db/dev",
                "--",
                "sh",
                "-c",
                "test \"$DB\" = " + VALUE + " && echo it is");

    assertThat(run.out()).isEqualTo("it is\n");
  }

  @Test
  void theEndOfTheOutputIsWhole() {
    for (String end : new String[] {"made-up", "100%", "abc\\", "x&amp;", "x\\u0041"}) {
      String print = "printf '%s' '" + end + "'";
      CommandRun run =
          command()
              .run(
                  "run",
                  "--env",
                  "DB=secret:db/dev",
                  "--",
                  "sh",
                  "-c",
                  print + "; " + print + " >&2");

      assertThat(run.out()).isEqualTo(end);
      assertThat(run.err()).isEqualTo(end);
    }
  }

  @Test
  void errorsAreMaskedToo() {
    CommandRun run =
        command().run("run", "--env", "DB=secret:db/dev", "--", "sh", "-c", "echo $DB >&2");

    assertThat(run.err()).isEqualTo("[secret:db/dev]\n");
  }

  @Test
  void aWrongLineIsRefusedWithoutRepeatingIt() {
    for (String variable : new String[] {"DB=made-up-value", "DB", "=secret:x", "D B=secret:x"}) {
      CommandRun run = command().run("run", "--env", variable, "--", "printenv");
      assertThat(run.exit()).isEqualTo(125);
      assertThat(run.err()).doesNotContain("made-up");
    }
    assertThat(command().run("run").exit()).isEqualTo(125);
    assertThat(command().run("run", "--env", "A=secret:db/dev").exit()).isEqualTo(125);
    assertThat(command().run("run", "--", "printenv").exit()).isEqualTo(125);
  }

  @Test
  void grantsAndOutcomesAreRecordedWithoutValues() throws IOException {
    trust();
    command().run("run", "env");

    assertThat(log())
        .contains("\"trust\"", "\"call.intent\"", "\"grant\"", "\"revoke\"", "\"call.outcome\"")
        .doesNotContain(VALUE);
  }

  @Test
  void whatACommandLeavesRunningDoesNotHoldUsUp() {
    CommandRun run =
        command().run("run", "--env", "DB=secret:db/dev", "--", "sh", "-c", "sleep 30 & echo done");

    assertThat(run.out()).isEqualTo("done\n");
    assertThat(run.exit()).isZero();
  }

  private String log() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(folder.resolve("home/audit/log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
