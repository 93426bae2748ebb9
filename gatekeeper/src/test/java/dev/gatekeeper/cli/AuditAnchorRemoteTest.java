package dev.gatekeeper.cli;

import static dev.gatekeeper.cli.AuditAnchorLossTest.anchor;
import static dev.gatekeeper.cli.AuditAnchorTest.git;
import static dev.gatekeeper.cli.AuditAnchorTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.SampleLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of one's own branch at a remote where somebody else may delete and push. */
@Timeout(120)
final class AuditAnchorRemoteTest {
  @TempDir Path folder;
  private Path repository;
  private Path remote;
  private Path alice;
  private String branch = "";
  private String own = "";

  @BeforeEach
  void aLogAndARemote() throws Exception {
    Tools.require("git");
    repository = Files.createDirectory(folder.resolve("shop"));
    remote = Files.createDirectory(folder.resolve("remote.git"));
    git(repository, "init", "-q", "-b", "main");
    git(remote, "init", "-q", "--bare");
    alice =
        Files.createDirectory(
            folder.resolve("alice"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SampleLog.closed(alice.resolve("audit"), 20);
    branch =
        Files.readAllLines(alice.resolve("audit/checkpoints/latest"))
            .getFirst()
            .replaceFirst(".*/", "audit-anchors/");
    own = "refs/heads/" + branch;
  }

  /** Who may push can fill a branch that is named after another log with one of their own. */
  @Test
  void aPushOfAnotherLogIsRefusedByTheNameOfTheBranch() throws Exception {
    anchor(alice, repository);
    String tip = git(repository, "rev-parse", branch);
    String bobs = "audit-anchors/" + "b".repeat(32);
    String begun = "0".repeat(40) + ".." + tip;
    for (String range : List.of(begun, tip + ".." + tip)) {
      assertThat(check(own, range).exit()).as(range).isZero();
      CommandRun refused = check("refs/heads/" + bobs, range);
      assertThat(refused.exit()).as(range).isEqualTo(1);
      assertThat(refused.err()).contains(bobs + " holds checkpoints of another log");
    }
    CommandRun nameless = run(folder, repository, "audit", "anchor", "--check", "--range", begun);
    assertThat(nameless.exit()).isEqualTo(3);
    assertThat(nameless.err()).contains("name it beside --range");
    assertThat(check("main", begun).exit()).isEqualTo(2);
  }

  private CommandRun check(String branch, String range) {
    return run(folder, repository, "audit", "anchor", "--check", branch, "--range", range);
  }
}
