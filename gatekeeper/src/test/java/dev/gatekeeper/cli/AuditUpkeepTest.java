package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.cli.console.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that weaken evidence: each demands the passphrase and is told of in the log. */
@Timeout(60)
final class AuditUpkeepTest {
  @TempDir Path folder;
  private Path home;
  private Path log;
  private Path passphrase;

  @BeforeEach
  void aVault() throws Exception {
    home = folder.resolve("home");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    log = home.resolve("audit");
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    assertThat(command().run("vault", "init").exit()).isZero();
  }

  @Test
  void aLostTailIsRecoveredByAPersonAlone() throws Exception {
    SampleLog.closed(log, 10);
    List<String> lines = SampleLog.lines(log);
    SampleLog.write(log, lines.subList(0, 8));
    CommandRun agent =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", home.toString())
            .with("CI", "true")
            .run("audit", "recover", "--accept-loss");
    assertThat(agent.exit()).isNotZero();
    assertThat(SampleLog.lines(log)).hasSize(8);

    CommandRun asked = command().run("audit", "recover");
    assertThat(asked.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(asked.err()).contains("are missing").contains("audit recover --accept-loss");
    CommandRun done = command().run("audit", "recover", "--accept-loss");
    assertThat(done.err()).isEmpty();
    assertThat(done.out()).contains(lines.size() - 8 + " are lost");
    assertThat(command().run("audit", "verify").exit()).isZero();
  }

  private CommandRun command() {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", home.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }
}
