package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.SampleLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints on a branch, by the real git. */
@Timeout(120)
final class AuditAnchorTest {
  @TempDir Path folder;
  private Path repository;
  private Path remote;
  private Path alice;

  @BeforeEach
  void aRepositoryAndALog() throws Exception {
    Tools.require("git");
    repository = Files.createDirectory(folder.resolve("shop"));
    remote = Files.createDirectory(folder.resolve("remote.git"));
    git(repository, "init", "-q", "-b", "main");
    git(remote, "init", "-q", "--bare");
    Files.writeString(repository.resolve("a"), "a");
    git(repository, "add", "a");
    git(repository, "commit", "-q", "-m", "first");
    Files.writeString(repository.resolve("a"), "changed");
    Files.writeString(repository.resolve("b"), "staged");
    git(repository, "add", "b");
    alice = home("alice", 100);
  }

  @Test
  void theBranchGrowsAndNothingElseMoves() throws Exception {
    String head = git(repository, "rev-parse", "HEAD");
    String status = git(repository, "status", "--porcelain");
    assertThat(anchor(alice).out()).startsWith("anchored 100 records on audit-anchors/");
    grow(alice, 5);
    CommandRun again = anchor(alice);
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.out()).contains("here only");

    assertThat(git(repository, "rev-parse", "HEAD")).isEqualTo(head);
    assertThat(git(repository, "status", "--porcelain")).isEqualTo(status);
    assertThat(git(repository, "rev-list", "--count", branch())).isEqualTo("2");
    assertThat(git(repository, "ls-tree", "--name-only", branch()))
        .isEqualTo("checkpoint\ngrowth\nkeys");
    CommandRun check = run(folder, repository, "audit", "anchor", "--check");
    assertThat(check.exit()).as(check.err()).isZero();
    String size = git(repository, "show", branch() + ":checkpoint").lines().toList().get(1);
    assertThat(check.out())
        .contains("sound: refs/heads/audit-anchors/", ", 2 anchors, up to " + size + " records");
    assertThat(SampleLog.lines(alice.resolve("audit")))
        .last()
        .asString()
        .contains(
            "\"anchor\"", "\"size\":\"" + size + "\"", git(repository, "rev-parse", branch()));
  }

  @Test
  void withoutARepositoryItSaysSo() {
    CommandRun run = run(alice, folder, "audit", "anchor", "--git");
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("is not in a git repository");
    assertThat(run(alice, repository, "audit", "anchor", "--git", "nowhere").err())
        .contains("the repository has no remote 'nowhere'");
    assertThat(run(folder, repository, "audit", "anchor", "--check").exit()).isEqualTo(3);
    assertThat(run(folder, repository, "audit", "anchor").exit()).isEqualTo(2);
  }

  @Test
  void aRemoteThatWasForcedIsRefusedAndNotForcedBack() throws Exception {
    assertThat(anchor(alice, remote.toString()).exit()).isZero();
    String first = git(repository, "rev-parse", branch());
    assertThat(git(remote, "rev-parse", branch())).isEqualTo(first);
    grow(alice, 3);
    assertThat(anchor(alice, remote.toString()).exit()).isZero();
    String second = git(remote, "rev-parse", branch());

    // The tree of the second commit without its history.
    String forged = git(repository, "commit-tree", "-m", "forged", second + "^{tree}");
    git(repository, "push", "-q", "-f", remote.toString(), forged + ":" + ref());
    CommandRun refused = anchor(alice, remote.toString());
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("the branch was rewritten");
    assertThat(git(remote, "rev-parse", branch())).isEqualTo(forged);
    for (String range : List.of(second + ".." + forged, second + ".." + first)) {
      assertThat(run(folder, repository, "audit", "anchor", "--check", "--range", range).exit())
          .as(range)
          .isEqualTo(1);
    }
    String known = first + ".." + second;
    assertThat(run(folder, repository, "audit", "anchor", "--check", "--range", known).exit())
        .isZero();
    String begun = "0".repeat(40) + ".." + second;
    for (String range : List.of(known, begun)) {
      CommandRun named =
          run(folder, repository, "audit", "anchor", "--check", branch(), "--range", range);
      assertThat(named.exit()).as(range).isZero();
    }
    assertThat(run(folder, repository, "audit", "anchor", "--check", "--range", "x..y").exit())
        .isEqualTo(3);
    String deleted = second + ".." + "0".repeat(40);
    CommandRun gone = run(folder, repository, "audit", "anchor", "--check", "--range", deleted);
    assertThat(gone.exit()).isEqualTo(3);
    assertThat(gone.err()).contains("the branch was deleted", second);
  }

  @Test
  void aForgedBranchIsRefused() throws Exception {
    anchor(alice);
    String first = git(repository, "rev-parse", branch());
    grow(alice, 3);
    anchor(alice);
    String second = git(repository, "rev-parse", branch());
    String other = git(repository, "rev-parse", "HEAD");
    forge(other, "holds another file");
    forge(commit(other + "^{tree}", second), "holds another file");
    forge(commit(first + "^{tree}", second), "goes back");
    forge(commit(second + "^{tree}", second), "it goes back from");
    forge(commit(second + "^{tree}", first, other), "holds another file");
    forge(commit(second + "^{tree}", first, second), "was rewritten");
    String growth = git(repository, "rev-parse", second + ":growth");
    String keys = git(repository, "rev-parse", second + ":keys");
    String note = git(repository, "show", second + ":checkpoint") + "\n";
    String size = note.lines().toList().get(1);
    String altered =
        blob(note.replace("\n" + size + "\n", "\n" + (Long.parseLong(size) + 1) + "\n"));
    forge(commit(tree(altered, growth, keys), second), "is not signed by the keys beside it");
    forge(commit(tree(blob("no"), growth, keys), second), "a damaged file");
    git(repository, "update-ref", ref(), second);
    assertThat(run(folder, repository, "audit", "anchor", "--check").exit()).isZero();
  }

  private void forge(String commit, String why) throws Exception {
    git(repository, "update-ref", ref(), commit);
    CommandRun check = run(folder, repository, "audit", "anchor", "--check", branch());
    assertThat(check.exit()).as(why).isEqualTo(1);
    assertThat(check.err()).contains(why);
  }

  @Test
  void aLogThatIsShorterThanItsAnchorIsNotAnchored() throws Exception {
    Path old = SampleLog.copy(alice.resolve("audit"), folder.resolve("old"));
    grow(alice, 30);
    anchor(alice);
    String tip = git(repository, "rev-parse", branch());
    Files.move(alice.resolve("audit"), folder.resolve("away"));
    SampleLog.copy(old, alice.resolve("audit"));
    CommandRun run = anchor(alice);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("130 records are anchored, the log has 100");
    assertThat(git(repository, "rev-parse", branch())).isEqualTo(tip);
  }

  @Test
  void verifyTellsWhatIsAnchoredAndRefusesALogThatContradictsIt() throws Exception {
    Path old = SampleLog.copy(alice.resolve("audit"), folder.resolve("old"));
    grow(alice, 30);
    anchor(alice);
    CommandRun sound = run(alice, repository, "audit", "verify");
    assertThat(sound.exit()).as(sound.err()).isZero();
    assertThat(sound.out()).contains("anchored  n 0 to 129, by refs/heads/audit-anchors/");

    CommandRun shorter = run(alice, repository, "audit", "verify", old.toString());
    assertThat(shorter.exit()).isEqualTo(1);
    assertThat(shorter.err()).contains("(lost,", "but 130 were there: refs/heads/" + branch());
    assertThat(
            run(alice, repository, "audit", "verify", "--anchors", branch(), old.toString()).exit())
        .isEqualTo(1);
    assertThat(run(alice, folder, "audit", "verify", old.toString()).exit()).isZero();

    Path forked = SampleLog.copy(old, folder.resolve("forked"));
    try (AuditLog log = AuditLog.open(forked, SampleLog.options())) {
      SampleLog.append(log, 40);
    }
    CommandRun fork = run(alice, repository, "audit", "verify", forked.toString());
    assertThat(fork.exit()).isEqualTo(1);
    assertThat(fork.err())
        .contains("the first 130 records are not those that were signed (checkpoint,");
  }

  /** Whoever writes the repository can forge a branch, but not what the identity key signs. */
  @Test
  void aForgedBranchSaysNothingOfALog() throws Exception {
    Path bob = home("bob", 200);
    anchor(bob);
    git(repository, "update-ref", ref(), git(repository, "rev-parse", "audit-anchors/" + id(bob)));
    CommandRun run = run(alice, repository, "audit", "verify");
    assertThat(run.exit()).isZero();
    assertThat(run.out()).doesNotContain("anchored");
    assertThat(run.err()).contains("not compared with " + ref() + ": ");
    CommandRun named = run(alice, repository, "audit", "verify", "--anchors", branch());
    assertThat(named.exit()).isEqualTo(1);
    assertThat(run(alice, repository, "audit", "verify", "--anchors", "no").exit()).isEqualTo(3);
  }

  @Test
  void logsContradictWhatOthersSawOfThem() throws Exception {
    Path bob = home("bob", 20);
    Path old = SampleLog.copy(bob.resolve("audit"), folder.resolve("old"));
    Path forked = SampleLog.copy(bob.resolve("audit"), folder.resolve("forked"));
    grow(bob, 10);
    anchor(bob, remote.toString());
    anchor(alice, remote.toString());
    String her = alice.resolve("audit").toString();
    CommandRun sound = run(alice, folder, "audit", "verify", her, bob.resolve("audit").toString());
    assertThat(sound.exit()).as(sound.err()).isZero();
    assertThat(sound.out()).contains("anchored  n 0 to 29, by peer.seen n ");

    CommandRun shorter = run(alice, folder, "audit", "verify", her, old.toString());
    assertThat(shorter.exit()).isEqualTo(1);
    assertThat(shorter.err()).contains("but 30 were there: peer.seen n ", " of " + her);

    try (AuditLog log = AuditLog.open(forked, SampleLog.options())) {
      SampleLog.append(log, 40);
    }
    CommandRun fork = run(alice, folder, "audit", "verify", forked.toString(), her);
    assertThat(fork.exit()).isEqualTo(1);
    assertThat(fork.err()).contains("the first 30 records are not those", "peer.seen n ");
  }

  /** Each of these runs a program with a git that believes the repository. */
  @Test
  void noProgramThatTheRepositoryNamesIsRun() throws Exception {
    Path ran = folder.resolve("ran");
    Path program = folder.resolve("hostile");
    Files.writeString(program, "#!/bin/sh\necho $0 $* >> " + ran + "\nexit 1\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Path hooks = repository.resolve(".git/hooks");
    for (String hook : List.of("reference-transaction", "pre-push", "post-update", "pre-receive")) {
      Files.createDirectories(hooks);
      Files.copy(program, hooks.resolve(hook));
      Files.copy(program, remote.resolve("hooks").resolve(hook));
    }
    for (String name :
        List.of(
            "core.fsmonitor",
            "core.sshCommand",
            "core.askPass",
            "core.gitProxy",
            "core.alternateRefsCommand",
            "core.pager",
            "core.editor",
            "credential.helper",
            "gpg.program",
            "remote.origin.uploadpack",
            "remote.origin.receivepack")) {
      git(repository, "config", name, program.toString());
    }
    git(repository, "config", "core.hooksPath", hooks.toString());
    git(repository, "config", "commit.gpgSign", "true");
    git(repository, "config", "protocol.allow", "always");
    assertThat(anchor(alice).exit()).isZero();
    for (String url :
        List.of(
            remote.toString(),
            "file://" + remote,
            "ext::" + program + " a",
            "ssh://made-up@127.0.0.1:1/x",
            "https://made-up:made-up@127.0.0.1:1/x")) {
      git(repository, "config", "remote.origin.url", url);
      CommandRun run = anchor(alice, "origin");
      assertThat(run.exit()).as(url).isEqualTo(3);
      assertThat(run.err()).contains("failed").doesNotContain("made-up");
    }
    assertThat(run(folder, repository, "audit", "anchor", "--check").exit()).isZero();
    assertThat(ran).doesNotExist();
    git(repository, "status");
    assertThat(ran).as("what a git does that believes the repository").exists();
  }

  @Test
  void manyAtOnceLoseNothing() throws Exception {
    List<CompletableFuture<CommandRun>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(CompletableFuture.supplyAsync(() -> anchor(alice, remote.toString())));
    }
    for (CompletableFuture<CommandRun> one : all) {
      assertThat(one.join().exit()).as(one.join().err()).isZero();
    }
    assertThat(run(folder, repository, "audit", "anchor", "--check").exit()).isZero();
    List<String> anchored =
        SampleLog.lines(alice.resolve("audit")).stream()
            .filter(line -> line.contains("\"event\":\"anchor\""))
            .toList();
    assertThat(anchored).hasSize(4);
    String there = git(remote, "rev-list", branch());
    for (String line : anchored) {
      assertThat(there).contains(line.replaceAll(".*git:([0-9a-f]+).*", "$1"));
    }
  }

  @Test
  void aLockThatAKilledGitLeftIsNamedAndNothingIsRecorded() throws Exception {
    Path lock = repository.resolve(".git").resolve(ref() + ".lock");
    Files.createDirectories(lock.getParent());
    Files.createFile(lock);
    CommandRun run = anchor(alice);
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("cannot be moved", "lock file");
    assertThat(Files.readString(alice.resolve("audit").resolve(SampleLog.SEGMENT)))
        .doesNotContain("\"anchor\"");
  }

  private String commit(String tree, String... parents) throws Exception {
    List<String> line = new ArrayList<>(List.of("commit-tree", "-m", "forged"));
    for (String parent : parents) {
      line.addAll(List.of("-p", parent));
    }
    line.add(tree);
    return git(repository, line.toArray(String[]::new));
  }

  private String blob(String content) throws Exception {
    Path file = Files.writeString(folder.resolve("blob"), content);
    return git(repository, "hash-object", "-w", file.toString());
  }

  private String tree(String checkpoint, String growth, String keys) throws Exception {
    Path list = folder.resolve("list");
    Files.writeString(
        list,
        ("100644 blob " + checkpoint + "\tcheckpoint\n")
            + ("100644 blob " + growth + "\tgrowth\n")
            + ("100644 blob " + keys + "\tkeys\n"));
    return git(repository, "-c", "alias.tree=!git mktree < " + list, "tree");
  }

  private Path home(String name, int records) throws Exception {
    Path home = folder.resolve(name);
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SampleLog.closed(home.resolve("audit"), records);
    return home;
  }

  private static void grow(Path home, int records) throws Exception {
    try (AuditLog log = AuditLog.open(home.resolve("audit"), SampleLog.options())) {
      SampleLog.append(log, records);
    }
  }

  private CommandRun anchor(Path home, String... named) {
    List<String> line = new ArrayList<>(List.of("audit", "anchor", "--git"));
    line.addAll(List.of(named));
    return run(home, repository, line.toArray(String[]::new));
  }

  static CommandRun run(Path home, Path where, String... line) {
    return CommandRun.in(where).with("GATEKEEPER_HOME", home.toString()).run(line);
  }

  private static String id(Path home) throws Exception {
    return Files.readAllLines(home.resolve("audit/checkpoints/latest"))
        .getFirst()
        .replaceFirst(".*/", "");
  }

  private String branch() throws Exception {
    return "audit-anchors/" + id(alice);
  }

  private String ref() throws Exception {
    return "refs/heads/" + branch();
  }

  static String git(Path directory, String... arguments) throws Exception {
    List<String> line =
        new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@t"));
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line).directory(directory.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", arguments)).isZero();
    return out.strip();
  }
}
