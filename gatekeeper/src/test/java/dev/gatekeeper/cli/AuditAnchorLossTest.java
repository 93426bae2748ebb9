package dev.gatekeeper.cli;

import static dev.gatekeeper.cli.AuditAnchorTest.git;
import static dev.gatekeeper.cli.AuditAnchorTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.upkeep.Recovery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A branch goes on after anchored records were given up, and never without saying so. */
@Timeout(120)
final class AuditAnchorLossTest {
  @TempDir Path folder;
  private Path repository;
  private Path home;
  private Path log;

  /** Three anchors, of 20 records and more. */
  @BeforeEach
  void threeAnchors() throws Exception {
    Tools.require("git");
    repository = Files.createDirectory(folder.resolve("shop"));
    git(repository, "init", "-q", "-b", "main");
    home = home("home");
    log = home.resolve("audit");
    done(anchor());
    grow(20);
    done(anchor());
    grow(20);
    done(anchor());
  }

  @Test
  void aLossIsStatedOnTheBranchAndPassesOnlyByName() throws Exception {
    String before = tip();
    lose(30);
    grow(60); // longer than what is anchored, and another log from record 30 on
    refused(anchor());
    assertThat(tip()).isEqualTo(before);
    refused(verify());

    done(anchor("--accept-loss"));
    String stated = tip();
    assertThat(git(repository, "ls-tree", "--name-only", stated))
        .isEqualTo("checkpoint\ngrowth\nkeys\nloss");
    assertThat(git(repository, "show", stated + ":growth")).startsWith("old 20\n");
    grow(5);
    done(anchor());

    for (List<String> check :
        List.of(List.<String>of(), List.of("--range", before + ".." + tip()))) {
      CommandRun run = check(check);
      refused(run);
      assertThat(run.err()).contains("gives up what was anchored from record 30 on", stated);
      List<String> named = new ArrayList<>(check);
      named.addAll(List.of("--accepted-loss", stated));
      done(check(named));
    }
    assertThat(check(List.of("--accepted-loss", stated)).out())
        .contains("lost: commit " + stated, "5 anchors");
    CommandRun verdict = verify();
    done(verdict);
    assertThat(verdict.out()).contains("anchored  n 0 to ", "a person gave them up (record 30)");
  }

  @Test
  void aLossBeforeTheFirstAnchorLeavesNothingToGrowFrom() throws Exception {
    lose(10);
    done(anchor("--accept-loss"));
    assertThat(git(repository, "ls-tree", "--name-only", tip()))
        .isEqualTo("checkpoint\nkeys\nloss");
    done(check(List.of("--accepted-loss", tip())));
    done(verify());
    done(run(home, folder, "audit", "prove", "10"));
  }

  @Test
  void aSecondLossGivesUpNoMoreThanWasAnchoredSince() throws Exception {
    lose(30);
    done(anchor("--accept-loss"));
    String first = tip();
    grow(20);
    done(anchor());
    lose(40);
    done(anchor("--accept-loss"));
    assertThat(check(List.of("--accepted-loss", first)).err()).contains("from record 40 on", tip());
    done(check(List.of("--accepted-loss", first, "--accepted-loss", tip())));
    done(verify());
  }

  /** The option helps nobody whose log does not tell of a loss. */
  @Test
  void aLogThatWasCutOrReplacedIsNotAnchored() throws Exception {
    Path old = SampleLog.copy(log, folder.resolve("old"));
    grow(20);
    done(anchor());
    String before = tip();
    Files.move(log, folder.resolve("away"));
    SampleLog.copy(old, log);
    grow(40);
    refused(anchor("--accept-loss"));
    assertThat(tip()).isEqualTo(before);
  }

  /** What states a loss must be the record of one, in this very checkpoint. */
  @Test
  void aForgedStatementIsRefused() throws Exception {
    String before = tip();
    String proof = run(home, folder, "audit", "prove", "35").out();
    grow(5);
    done(anchor());
    String grown = tip();
    forge(tree(grown, proof), before, "the log does not say that anchored records are lost");
    git(repository, "update-ref", ref(), grown);
    lose(30);
    done(anchor("--accept-loss"));
    String stated = tip();
    forge(tree(stated, proof), grown, "the log does not say that anchored records are lost");
    String loss = git(repository, "rev-parse", stated + ":loss");
    forge(
        listed(
            "checkpoint " + object(stated, "checkpoint"),
            "keys " + object(stated, "keys"),
            "loss " + loss),
        grown,
        "the log did not grow from what was anchored before the loss");
    forge(tree(stated, "no proof"), grown, "a damaged file");
  }

  @Test
  void aVerdictNamesWhatWasGivenUpAndABranchThatWasNamedMustNot() throws Exception {
    lose(30);
    done(anchor("--accept-loss"));
    String said = "commit " + tip() + " gives up what was anchored from record 30 on";
    CommandRun verdict = verify();
    done(verdict);
    assertThat(verdict.err()).contains(ref() + ": " + said);
    for (List<String> line : List.of(List.of("verify"), List.of("report", "-o", "page.html"))) {
      List<String> words = new ArrayList<>(List.of("audit"));
      words.addAll(line);
      words.addAll(List.of("--anchors", ref()));
      CommandRun named = run(home, repository, words.toArray(String[]::new));
      refused(named);
      assertThat(named.err()).contains(said, "--accepted-loss " + tip());
      words.addAll(List.of("--accepted-loss", tip()));
      done(run(home, repository, words.toArray(String[]::new)));
    }
  }

  /** Whoever rewrites a log that lost records once has that record at hand. */
  @Test
  void theRecordOfAnOldLossIsNoLicenceForANewOne() throws Exception {
    lose(30);
    grow(10);
    Path old = SampleLog.copy(home, folder.resolve("old"));
    Path elsewhere = repository("elsewhere");
    git(repository, "push", "-q", elsewhere.toString(), tip() + "~2:" + ref());
    grow(60);
    done(anchor("--accept-loss"));
    String stated = tip();
    grow(20);
    done(anchor());
    String before = tip();

    // The log of before, grown in another way: what is anchored is not in it.
    grow(old, 160);
    CommandRun rewritten = anchor(old, repository, "--accept-loss");
    refused(rewritten);
    assertThat(rewritten.err()).contains("the log contradicts its anchor");
    done(anchor(old, elsewhere));
    String made = git(elsewhere, "rev-parse", ref());
    git(repository, "fetch", "-q", elsewhere.toString(), ref() + ":refs/made");
    grow(old, 1);
    String proof = proofUnder(old, made);
    forge(tree(made, proof), before, "is not of the one of what was anchored");
    forge(tree(made, proof), stated, "is not of the one of what was anchored");
  }

  /** What was lost before it was anchored is told by another record. */
  @Test
  void theLossOfWhatWasAnchoredIsTheOneThatIsStated() throws Exception {
    grow(10);
    lose(anchored() + 3); // nothing that is anchored
    grow(60);
    done(anchor());
    int lost = anchored() - 5;
    lose(lost);
    done(anchor("--accept-loss"));
    assertThat(check(List.of()).err()).contains("from record " + lost + " on");
    done(check(List.of("--accepted-loss", tip())));
  }

  /** A loss that takes the record of the one before with it, before either was stated. */
  @Test
  void aLossOfTheRecordOfALossTellsOfBoth() throws Exception {
    lose(50);
    grow(2);
    lose(30);
    done(anchor("--accept-loss"));
    assertThat(check(List.of()).err()).contains("from record 30 on");
    done(check(List.of("--accepted-loss", tip())));
  }

  private String proofUnder(Path from, String commit) throws Exception {
    Path kept = Files.writeString(folder.resolve("kept"), show(commit, "checkpoint"));
    CommandRun proved = run(from, folder, "audit", "prove", "30", "--checkpoint", kept.toString());
    done(proved);
    return proved.out();
  }

  private String show(String commit, String name) throws Exception {
    return git(repository, "show", commit + ":" + name) + "\n";
  }

  private void forge(String tree, String parent, String why) throws Exception {
    git(
        repository,
        "update-ref",
        ref(),
        git(repository, "commit-tree", "-m", "x", "-p", parent, tree));
    CommandRun run = check(List.of("--accepted-loss", tip()));
    assertThat(run.exit()).as(why).isEqualTo(1);
    assertThat(run.err()).contains(why);
  }

  private String object(String commit, String name) throws Exception {
    return git(repository, "rev-parse", commit + ":" + name);
  }

  /** The files of a commit, with another statement. */
  private String tree(String commit, String loss) throws Exception {
    Path file = Files.writeString(folder.resolve("blob"), loss);
    return listed(
        "checkpoint " + object(commit, "checkpoint"),
        "growth " + object(commit, "growth"),
        "keys " + object(commit, "keys"),
        "loss " + git(repository, "hash-object", "-w", file.toString()));
  }

  private String listed(String... entries) throws Exception {
    StringBuilder text = new StringBuilder();
    for (String entry : entries) {
      String[] words = entry.split(" ", -1);
      text.append("100644 blob ").append(words[1]).append('\t').append(words[0]).append('\n');
    }
    Path list = Files.writeString(folder.resolve("list"), text);
    return git(repository, "-c", "alias.tree=!git mktree < " + list, "tree");
  }

  /** Takes all records from {@code n} on away, and has a person accept it. */
  private void lose(int n) throws Exception {
    SampleLog.write(log, SampleLog.lines(log).subList(0, n));
    assertThat(Recovery.recover(log, SampleLog.options(), true, records -> {})).isPositive();
  }

  private void grow(int records) throws Exception {
    grow(home, records);
  }

  static void grow(Path home, int records) throws Exception {
    try (AuditLog open = AuditLog.open(home.resolve("audit"), SampleLog.options())) {
      SampleLog.append(open, records);
    }
  }

  private Path home(String name) throws Exception {
    Path made =
        Files.createDirectory(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SampleLog.closed(made.resolve("audit"), 20);
    return made;
  }

  private Path repository(String name) throws Exception {
    Path made = Files.createDirectory(folder.resolve(name));
    git(made, "init", "-q", "-b", "main");
    return made;
  }

  private CommandRun anchor(String... more) {
    return anchor(home, repository, more);
  }

  static CommandRun anchor(Path home, Path where, String... more) {
    List<String> line = new ArrayList<>(List.of("audit", "anchor", "--git"));
    line.addAll(List.of(more));
    return run(home, where, line.toArray(String[]::new));
  }

  private CommandRun check(List<String> more) {
    List<String> line = new ArrayList<>(List.of("audit", "anchor"));
    if (!more.contains("--range")) {
      line.add("--check");
    }
    line.addAll(more);
    return run(folder, repository, line.toArray(String[]::new));
  }

  private CommandRun verify() {
    return run(home, repository, "audit", "verify");
  }

  private String ref() throws Exception {
    return git(repository, "for-each-ref", "--format=%(refname)", "refs/heads/audit-anchors");
  }

  /** Records of the newest anchor. */
  private int anchored() throws Exception {
    return Integer.parseInt(show(tip(), "checkpoint").lines().toList().get(1));
  }

  private String tip() throws Exception {
    return git(repository, "rev-parse", ref());
  }

  static void done(CommandRun run) {
    assertThat(run.exit()).as(run.err()).isZero();
  }

  static void refused(CommandRun run) {
    assertThat(run.exit()).as(run.err()).isEqualTo(1);
  }
}
