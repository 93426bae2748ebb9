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

  @Test
  void whatTheRemoteLostIsPutBackAndSaid() throws Exception {
    anchor(alice, repository, remote.toString());
    String first = git(repository, "rev-parse", branch);
    anchor(alice, repository, remote.toString());
    for (String left : List.of(first, "")) {
      String before = git(repository, "rev-parse", branch);
      git(remote, "push", "-q", "-f", remote.toString(), left + ":" + own);
      git(repository, "update-ref", "-d", own); // its commits are still there
      CommandRun told = anchor(alice, repository, remote.toString());
      assertThat(told.exit()).as(told.err()).isEqualTo(1);
      assertThat(told.err()).contains(remote + " lost what was anchored there", "put back");
      assertThat(told.out()).startsWith("anchored ");
      assertThat(git(remote, "rev-parse", branch + "~1")).isEqualTo(before);
      CommandRun again = anchor(alice, repository, remote.toString());
      assertThat(again.exit()).as(again.err()).isZero();
    }
  }

  /** It would contradict what others saw. */
  @Test
  void aBranchThatIsGoneIsNotBegunAnewUnlessAPersonAgrees() throws Exception {
    anchor(alice, repository, remote.toString());
    String gone = git(repository, "rev-parse", branch);
    git(remote, "update-ref", "-d", own);
    repository = Files.createDirectory(folder.resolve("fresh"));
    git(repository, "init", "-q");
    CommandRun refused = anchor(alice, repository, remote.toString());
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("anchor in a repository that has commit " + gone);
    assertThat(git(remote, "for-each-ref")).isEmpty();
    assertThat(anchor(alice, repository, remote.toString(), "--accepted-loss", gone).exit())
        .isZero();
    assertThat(anchor(alice, repository, remote.toString()).exit()).isZero();
  }
}
