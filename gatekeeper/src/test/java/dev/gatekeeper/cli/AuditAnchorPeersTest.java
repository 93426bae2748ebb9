package dev.gatekeeper.cli;

import static dev.gatekeeper.cli.AuditAnchorLossTest.anchor;
import static dev.gatekeeper.cli.AuditAnchorLossTest.done;
import static dev.gatekeeper.cli.AuditAnchorLossTest.grow;
import static dev.gatekeeper.cli.AuditAnchorLossTest.refused;
import static dev.gatekeeper.cli.AuditAnchorTest.git;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.upkeep.Recovery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What two people see of each other's logs at a remote, where somebody else may push as well. */
@Timeout(120)
final class AuditAnchorPeersTest {
  private static final String BRANCHES = "refs/heads/audit-anchors/";
  private static final String PEERS = "refs/gatekeeper/peers/";

  @TempDir Path folder;
  private String remote = "";
  private Path alice;
  private Path bob;
  private Path hers;
  private Path his;

  @BeforeEach
  void twoPeople() throws Exception {
    Tools.require("git");
    remote = repository("remote.git").toString();
    alice = home("alice");
    bob = home("bob");
    hers = repository("hers");
    his = repository("his");
  }

  @Test
  void theHeadsOfOthersAreRecordedOnce() throws Exception {
    done(anchor(bob, his, remote));
    CommandRun first = anchor(alice, hers, remote);
    done(first);
    assertThat(first.out())
        .contains("log " + id(bob) + " is seen for the first time: 20 records, identity ");
    done(anchor(alice, hers, remote));
    assertThat(seen(alice)).singleElement().asString().contains("\"size\":\"20\"", id(bob));
    grow(bob, 2);
    done(anchor(bob, his, remote));
    CommandRun second = anchor(alice, hers, remote);
    done(second);
    assertThat(second.out()).doesNotContain("first time");
    assertThat(seen(alice)).hasSize(2);
  }

  /** Who has Alice's machine can rewrite her log and state a loss; whoever saw more is told. */
  @Test
  void aLossOfSomebodyElseIsRefusedUntilAPersonNamesIt() throws Exception {
    grow(alice, 20);
    done(anchor(alice, hers, remote));
    done(anchor(bob, his, remote));
    String before = git(his, "rev-parse", PEERS + id(alice));
    lose(30);
    grow(alice, 60);
    done(anchor(alice, hers, remote, "--accept-loss"));
    String stated = tip();
    grow(alice, 5);
    done(anchor(alice, hers, remote));
    for (int i = 0; i < 2; i++) { // It does not become true by being told once.
      CommandRun told = anchor(bob, his, remote, "--accept-loss");
      refused(told);
      assertThat(told.err())
          .contains("commit " + stated + " gives up what was anchored from record 30 on");
      assertThat(git(his, "rev-parse", PEERS + id(alice))).isEqualTo(before);
    }
    refused(anchor(bob, his, remote, "--accepted-loss", before));
    CommandRun elsewhere = anchor(bob, repository("his other"), remote);
    refused(elsewhere);
    assertThat(elsewhere.err()).contains("commit " + stated + " gives up");
    CommandRun agreed = anchor(bob, his, remote, "--accepted-loss", stated);
    done(agreed);
    assertThat(agreed.err()).contains("commit " + stated + " gives up");
    assertThat(git(his, "rev-parse", PEERS + id(alice))).isEqualTo(tip());
    done(anchor(bob, his, remote));
    done(anchor(bob, repository("his third"), remote)); // The log knows that a person agreed.
    int told = seen(bob).size();
    done(anchor(bob, his, remote));
    assertThat(seen(bob)).hasSize(told);
  }

  @Test
  void aLossThatWasThereBeforeIsToldAtFirstSight() throws Exception {
    grow(alice, 20);
    done(anchor(alice, hers, remote));
    lose(30);
    done(anchor(alice, hers, remote, "--accept-loss"));
    CommandRun first = anchor(bob, his, remote);
    done(first);
    assertThat(first.out()).contains("log " + id(alice) + " is seen for the first time: ");
    assertThat(first.err()).contains("commit " + tip() + " gives up");
  }

  @Test
  void aLossOfTheOwnLogThatSomebodyPushedIsNotTakenOverUnsaid() throws Exception {
    grow(alice, 20);
    done(anchor(alice, hers, remote));
    String before = tip();
    Path another = repository("another");
    String own = BRANCHES + id(alice);
    git(another, "fetch", "-q", hers.toString(), own + ":" + own);
    lose(30);
    done(anchor(alice, hers, remote, "--accept-loss"));
    CommandRun told = anchor(alice, another, remote);
    refused(told);
    assertThat(told.err()).contains("commit " + tip() + " gives up");
    assertThat(git(another, "rev-parse", own)).isEqualTo(before);
    done(anchor(alice, another, remote, "--accepted-loss", tip()));
  }

  /** Who may push can fill a remote with branches, but not hide behind them what was rewritten. */
  @Test
  void aCrowdOfNewBranchesHidesNoneThatWasSeen() throws Exception {
    done(anchor(bob, his, remote));
    done(anchor(alice, hers, remote));
    StringBuilder crowd = new StringBuilder("update " + BRANCHES + id(bob) + " " + tip() + "\n");
    for (int i = 0; i < 64; i++) {
      crowd.append("create ").append(BRANCHES).append(String.format("%032x ", i)).append(tip());
      crowd.append('\n');
    }
    Path list = Files.writeString(folder.resolve("list"), crowd);
    git(Path.of(remote), "-c", "alias.all=!git update-ref --stdin < " + list, "all");
    CommandRun run = anchor(alice, hers, remote);
    refused(run);
    assertThat(run.err()).contains("log " + id(bob) + ": the branch was rewritten");
  }

  /** A clone forgets, and who has the machine can make it forget; the log does not. */
  @Test
  void aLogThatWasCutIsToldInACloneThatNeverSawIt() throws Exception {
    String cut = cutAndAnchoredAnew();
    Path fresh = repository("fresh");
    for (int i = 0; i < 2; i++) { // It does not become true by being told once.
      CommandRun told = anchor(alice, fresh, remote);
      refused(told);
      assertThat(told.err()).contains("the branch was rewritten, or cut: the 35 records");
      assertThat(told.out()).doesNotContain("first time");
    }
    git(hers, "update-ref", "-d", PEERS + id(bob));
    refused(anchor(alice, hers, remote));
    git(hers, "update-ref", PEERS + id(bob), cut);
    refused(anchor(alice, hers, remote));
    assertThat(seen(alice)).hasSize(2).last().asString().contains("\"reason\":\"the branch was");
  }

  @Test
  void aBranchThatBeganAnewIsTakenWhenAPersonNamesWhatItIsNow() throws Exception {
    String cut = cutAndAnchoredAnew();
    assertThat(anchor(alice, hers, remote).err()).contains("--accepted-loss " + cut);
    CommandRun agreed = anchor(alice, repository("fresh"), remote, "--accepted-loss", cut);
    done(agreed);
    assertThat(agreed.err()).contains("what was seen of it before is given up");
    assertThat(seen(alice)).last().asString().contains("\"accepted\"", "\"size\":\"20\"");
    done(anchor(alice, repository("another"), remote));
    done(anchor(alice, hers, remote));
    grow(bob, 1);
    done(anchor(bob, repository("his other"), remote));
    done(anchor(alice, repository("third"), remote));
  }

  @Test
  void aCloneThatNeverSawABranchTakesItFromWhatTheLogSaw() throws Exception {
    done(anchor(bob, his, remote));
    done(anchor(alice, hers, remote));
    CommandRun again = anchor(alice, repository("fresh"), remote);
    done(again);
    assertThat(again.out()).doesNotContain("first");
    assertThat(seen(alice)).hasSize(1);
  }

  /** Each remote has a branch of its own, and one of them may be behind. */
  @Test
  void whatWasSeenAtAnotherRemoteBindsNoBranchHere() throws Exception {
    Path old = SampleLog.copy(bob, folder.resolve("old"));
    grow(bob, 15);
    done(anchor(bob, his, remote));
    done(anchor(alice, hers, remote));
    String other = repository("other.git").toString();
    done(anchor(alice, repository("project"), other));
    done(anchor(old, repository("his project"), other));
    CommandRun run = anchor(alice, repository("second project"), other);
    done(run);
    assertThat(run.out()).contains("first seen at this remote (35 records elsewhere, n ");
    done(anchor(alice, hers, remote));
  }

  @Test
  void aBranchThatIsGoneIsToldUntilItIsPutBackOrAPersonAgrees() throws Exception {
    done(anchor(bob, his, remote));
    done(anchor(alice, hers, remote));
    String branch = BRANCHES + id(bob);
    git(Path.of(remote), "update-ref", "-d", branch);
    for (Path clone : List.of(hers, repository("fresh"), hers)) {
      CommandRun told = anchor(alice, clone, remote);
      refused(told);
      assertThat(told.err()).contains("log " + id(bob) + ": its branch is gone at " + remote);
    }
    assertThat(seen(alice))
        .hasSize(2)
        .last()
        .asString()
        .contains("\"reason\":\"its branch is gone");
    git(hers, "push", "-q", remote, PEERS + id(bob) + ":" + branch);
    done(anchor(alice, hers, remote));
    git(Path.of(remote), "update-ref", "-d", branch);
    refused(anchor(alice, hers, remote));
    done(anchor(alice, hers, remote, "--accepted-loss", id(bob)));
    done(anchor(alice, hers, remote));
    // What it was is not forgotten.
    done(anchor(bob, his, remote, "--accepted-loss", tipOf(his, bob)));
    done(anchor(alice, hers, remote));
    assertThat(seen(alice)).last().asString().contains("\"size\"");
  }

  /**
   * Bob's log of 35 records was seen; now it has 20, on a branch that began anew.
   *
   * @return the tip of that branch
   */
  private String cutAndAnchoredAnew() throws Exception {
    Path old = SampleLog.copy(bob, folder.resolve("old"));
    grow(bob, 15);
    done(anchor(bob, his, remote));
    done(anchor(alice, hers, remote));
    git(Path.of(remote), "update-ref", "-d", BRANCHES + id(bob));
    Files.move(bob, folder.resolve("away"));
    Files.move(old, bob);
    Path another = repository("his new");
    done(anchor(bob, another, remote));
    git(hers, "fetch", "-q", remote, BRANCHES + id(bob));
    return tipOf(another, bob);
  }

  private static String tipOf(Path clone, Path home) throws Exception {
    return git(clone, "rev-parse", BRANCHES + id(home));
  }

  private void lose(int n) throws Exception {
    Path log = alice.resolve("audit");
    SampleLog.write(log, SampleLog.lines(log).subList(0, n));
    assertThat(Recovery.recover(log, SampleLog.options(), true, records -> {})).isPositive();
  }

  /** Of Alice's branch, as the remote has it. */
  private String tip() throws Exception {
    return git(Path.of(remote), "rev-parse", BRANCHES + id(alice));
  }

  private Path repository(String name) throws Exception {
    Path made = Files.createDirectory(folder.resolve(name));
    git(made, "init", "-q", name.endsWith(".git") ? "--bare" : "--initial-branch=main");
    return made;
  }

  private Path home(String name) throws Exception {
    Path home =
        Files.createDirectory(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SampleLog.closed(home.resolve("audit"), 20);
    return home;
  }

  private static List<String> seen(Path home) throws Exception {
    return SampleLog.lines(home.resolve("audit")).stream()
        .filter(line -> line.contains("\"event\":\"peer.seen\""))
        .toList();
  }

  private static String id(Path home) throws Exception {
    return Files.readAllLines(home.resolve("audit/checkpoints/latest"))
        .getFirst()
        .replaceFirst(".*/", "");
  }
}
