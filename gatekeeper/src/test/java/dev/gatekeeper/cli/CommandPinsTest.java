package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.console.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run NAME} starts the program that the lock names. */
final class CommandPinsTest {
  @TempDir Path folder;
  private Path passphrase;
  private Path script;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests");
    assertThat(passphrase.toFile().setReadable(false, false)).isTrue();
    assertThat(passphrase.toFile().setReadable(true, true)).isTrue();
    script = folder.resolve("say.sh");
    Files.writeString(script, "echo said $1\n");
    Files.createDirectory(folder.resolve(".gatekeeper"));
    list("");
    assertThat(command().run("vault", "init").exit()).isZero();
  }

  private void list(String more) throws Exception {
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.json"),
        """
        {"version": 1, "commands": {"say": {"reason": "a test", "owner": "tests",
          "command": "/bin/sh", "args": ["say.sh"]%s,
          "arguments": {"items": {"type": "string"}, "maxItems": 1}}}}
        """
            .formatted(more));
  }

  private CommandRun command() {
    return CommandRun.in(folder)
        .with("HOME", folder.toString())
        .with("PATH", "/usr/bin:/bin")
        .with("GATEKEEPER_HOME", folder.resolve("home").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }

  private void done(String... line) {
    CommandRun run = command().run(line);
    assertThat(run.exit()).as(run.err()).isZero();
  }

  private void lockAndTrust() {
    done("allowlist", "lock", "--yes");
    done("allowlist", "trust", "--yes");
  }

  @Test
  void whatTheLockNamesRunsWithFurtherArguments() throws Exception {
    lockAndTrust();
    CommandRun run = command().run("run", "say", "so");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("said so\n");
    assertThat(Files.readString(folder.resolve(".gatekeeper/allowlist.lock.json")))
        .contains("\"commands\": {", "\"say\": {", "\"interpreter\": \"sh\"");
    CommandRun check = command().run("allowlist", "check");
    assertThat(check.exit()).as(check.out()).isZero();
    assertThat(command().run("allowlist", "lock", "--check").exit()).isZero();
    done("allowlist", "install");
  }

  @Test
  void anAlteredScriptIsNotStarted() throws Exception {
    lockAndTrust();
    Files.writeString(script, "echo evil\n");
    CommandRun run = command().run("run", "say");

    assertThat(run.exit()).isEqualTo(125);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("say.sh was altered");
    assertThat(command().run("allowlist", "lock", "--check").exit()).isEqualTo(CommandFailure.NO);
    assertThat(command().run("allowlist", "lock", "--check").out())
        .contains("command say: another program");
  }

  @Test
  void anExpiredCommandKeepsThePinThatWasReviewed() throws Exception {
    lockAndTrust();
    Path lock = folder.resolve(".gatekeeper/allowlist.lock.json");
    String reviewed = Files.readString(lock);
    Files.writeString(script, "echo evil\n");
    list(", \"expires\": \"2026-01-01\"");
    CommandRun run = command().run("allowlist", "lock", "--yes");

    assertThat(run.exit()).isZero();
    assertThat(run.err()).contains("warning: say expired on 2026-01-01");
    assertThat(Files.readString(lock)).isEqualTo(reviewed);
    CommandRun named = command().run("allowlist", "lock", "--yes", "say");
    assertThat(named.exit()).isEqualTo(CommandFailure.NO);
    assertThat(named.err()).contains("error: say expired on 2026-01-01");
  }

  @Test
  void nothingIsGrantedForAProgramThatWillNotStart() throws Exception {
    list(", \"env\": {\"TOKEN\": \"secret:token\"}");
    CommandRun put = command().input("made-up-value-of-a-token".getBytes(UTF_8));
    assertThat(put.run("vault", "put", "token").exit()).isZero();
    lockAndTrust();
    assertThat(command().run("run", "say", "so").out()).isEqualTo("said so\n");
    Files.writeString(script, "echo evil\n");
    assertThat(command().run("run", "say").err()).contains("say.sh was altered");

    String log = Files.readString(folder.resolve("home/audit/log/00000000000000000000.jsonl"));
    assertThat(log.split("\"event\":\"grant\"", -1)).hasSize(2);
    assertThat(log).contains("\"outcome\":\"failed\"");
  }

  /** Less in a lock is in force at once: it must not let another program through. */
  @Test
  void takenFromTheLockItIsNotStarted() throws Exception {
    lockAndTrust();
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.lock.json"), "{\"servers\": {}, \"version\": 1}");
    Files.writeString(script, "echo evil\n");
    CommandRun run = command().run("run", "say");

    assertThat(run.exit()).isEqualTo(125);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("its program is not locked", "gatekeeper allowlist lock say");
  }

  @Test
  void withoutALockItNeedsAReason() throws Exception {
    done("allowlist", "trust", "--yes");
    assertThat(command().run("run", "say").exit()).isEqualTo(125);
    CommandRun check = command().run("allowlist", "check");
    assertThat(check.exit()).isEqualTo(CommandFailure.NO);
    assertThat(check.out()).contains("command say is not locked");

    list(", \"unpinned\": \"it changes every day\"");
    done("allowlist", "trust", "--yes");
    assertThat(command().run("run", "say", "so").out()).isEqualTo("said so\n");
    assertThat(command().run("allowlist", "check").exit()).isZero();
  }

  @Test
  void installedProgramsThatNoLockNamesAreRemovedWhereAllLocksAreKnown() throws Exception {
    lockAndTrust();
    Path left = leftOver();
    CommandRun prune = command().at(Clock.systemUTC()).run("allowlist", "install", "--prune");
    assertThat(prune.exit()).as(prune.err()).isZero();
    assertThat(prune.out()).contains("say is ready", "removed " + left.getFileName());
    assertThat(left).doesNotExist();
    assertThat(command().at(Clock.systemUTC()).run("allowlist", "install", "--prune").out())
        .contains("nothing is left over");

    leftOver();
    try (var texts = Files.list(folder.resolve("home/trust"))) {
      for (Path text : texts.toList()) {
        Files.delete(text);
      }
    }
    CommandRun unknown = command().at(Clock.systemUTC()).run("allowlist", "install", "--prune");
    assertThat(unknown.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(unknown.err()).contains("nothing was removed");
    assertThat(left).exists();
  }

  private Path leftOver() throws Exception {
    Path tree = folder.resolve("home/programs").resolve("a".repeat(64));
    Files.createDirectories(tree);
    Files.writeString(tree.resolve("x.js"), "x");
    Files.setLastModifiedTime(tree, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    return tree;
  }

  @Test
  void anotherPinIsGrowth() throws Exception {
    lockAndTrust();
    Files.writeString(script, "echo other\n");
    done("allowlist", "lock", "--yes");
    CommandRun diff = command().run("allowlist", "diff");

    assertThat(diff.exit()).isEqualTo(CommandFailure.NO);
    assertThat(diff.out()).contains("another pinned program on");
    assertThat(command().run("run", "say").err()).contains("say.sh was altered");
  }
}
