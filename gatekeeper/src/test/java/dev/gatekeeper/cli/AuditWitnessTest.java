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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What verdicts say of anchors, and repositories that are not as most are. By the real git. */
@Timeout(120)
final class AuditWitnessTest {
  @TempDir Path folder;
  private Path alice;

  @BeforeEach
  void aLog() throws Exception {
    Tools.require("git");
    alice = home("alice", 20);
  }

  @Test
  void aVerdictForScriptsSaysByWhomTheLogIsAnchored() throws Exception {
    Path repository = repository("shop");
    assertThat(run(alice, repository, "audit", "verify", "--json").out())
        .contains("\"anchored\":0,\"anchoredBy\":[],");
    anchor(alice, repository);
    assertThat(run(alice, repository, "audit", "verify", "--json").out())
        .contains("\"anchored\":20,\"anchoredBy\":[\"refs/heads/audit-anchors/" + id(alice) + ", ");
  }

  @Test
  void aPageSaysByWhomALogIsAnchoredAndNamesOneThatWasCut() throws Exception {
    Path repository = repository("shop");
    Path old = SampleLog.copy(alice.resolve("audit"), folder.resolve("old"));
    assertThat(page(repository, "plain.html")).contains("Compared with no anchor");
    anchor(alice, repository);
    assertThat(page(repository, "anchored.html"))
        .contains("The first 22 are anchored by refs/heads/audit-anchors/" + id(alice) + ", ");
    assertThat(page(repository, "old.html", "--log", old.toString()))
        .contains("Altered, or records are lost", "22 records were signed, 20 are there");
    assertThat(page(folder, "elsewhere.html", "--log", old.toString()))
        .contains("<strong>Sound</strong>", "Compared with no anchor");
    CommandRun two =
        report(repository, "x", "--anchors", "b", "--log", old.toString(), bob().toString());
    assertThat(two.exit()).isEqualTo(2);
    assertThat(report(repository, "x", "--anchors", "no", "--log", old.toString()).exit())
        .isEqualTo(3);
  }

  @Test
  void aPageOfSeveralLogsComparesThemWithWhatTheOthersSaw() throws Exception {
    Path repository = repository("shop");
    Path remote = Files.createDirectory(folder.resolve("remote.git"));
    git(remote, "init", "-q", "--bare");
    Path bob = home("bob", 20);
    Path old = SampleLog.copy(bob.resolve("audit"), folder.resolve("old"));
    try (AuditLog log = AuditLog.open(bob.resolve("audit"), SampleLog.options())) {
      SampleLog.append(log, 10);
    }
    anchor(bob, repository, remote.toString());
    anchor(alice, repository, remote.toString());
    String her = alice.resolve("audit").toString();
    assertThat(page(folder, "both.html", "--log", "a=" + her, "b=" + bob.resolve("audit")))
        .contains("The first 30 are anchored by peer.seen n ", " of a. ");
    assertThat(page(folder, "cut.html", "--log", "a=" + her, "b=" + old))
        .contains("Altered, or records are lost");
  }

  @Test
  void aRepositoryOfSha256KeepsAnchorsAsWell() throws Exception {
    Path repository = repository("shop", "--object-format=sha256");
    Path remote = Files.createDirectory(folder.resolve("remote.git"));
    git(remote, "init", "-q", "--bare", "--object-format=sha256");
    anchor(alice, repository, remote.toString());
    anchor(alice, repository, remote.toString());
    assertThat(git(remote, "rev-list", "--count", "audit-anchors/" + id(alice))).isEqualTo("2");
    CommandRun check = run(alice, repository, "audit", "anchor", "--check");
    assertThat(check.exit()).as(check.err()).isZero();
    CommandRun verdict = run(alice, repository, "audit", "verify");
    assertThat(verdict.exit()).as(verdict.err()).isZero();
    assertThat(verdict.out()).contains("anchored  n 0 to 21, by refs/heads/");
  }

  @Test
  void aShallowCloneCannotBeJudged() throws Exception {
    Path repository = repository("shop");
    anchor(alice, repository);
    anchor(alice, repository);
    String branch = "audit-anchors/" + id(alice);
    String url = repository.toUri().toString();
    git(folder, "clone", "-q", "--depth=1", "--branch", branch, url, "shallow");
    Path shallow = folder.resolve("shallow");
    CommandRun check = run(alice, shallow, "audit", "anchor", "--check");
    assertThat(check.exit()).as(check.out()).isEqualTo(3);
    assertThat(check.err()).contains("fetch it without a depth");
    // A branch that nobody named and that cannot be read says nothing of the log.
    CommandRun verdict = run(alice, shallow, "audit", "verify");
    assertThat(verdict.exit()).as(verdict.err()).isZero();
    assertThat(verdict.err()).contains("not compared with refs/heads/" + branch);
  }

  private Path bob() throws Exception {
    return home("bob", 20).resolve("audit");
  }

  private String page(Path where, String file, String... more) throws Exception {
    CommandRun run = report(where, file, more);
    assertThat(run.exit()).as(run.err()).isZero();
    return Files.readString(where.resolve(file));
  }

  private CommandRun report(Path where, String file, String... more) {
    List<String> line = new ArrayList<>(List.of("audit", "report", "-o", file));
    line.addAll(List.of(more));
    return run(alice, where, line.toArray(String[]::new));
  }

  private Path repository(String name, String... options) throws Exception {
    Path repository = Files.createDirectory(folder.resolve(name));
    List<String> line = new ArrayList<>(List.of("init", "-q", "-b", "main"));
    line.addAll(List.of(options));
    git(repository, line.toArray(String[]::new));
    return repository;
  }

  private Path home(String name, int records) throws Exception {
    Path home = folder.resolve(name);
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SampleLog.closed(home.resolve("audit"), records);
    return home;
  }

  private static void anchor(Path home, Path repository, String... named) {
    List<String> line = new ArrayList<>(List.of("audit", "anchor", "--git"));
    line.addAll(List.of(named));
    CommandRun run = run(home, repository, line.toArray(String[]::new));
    assertThat(run.exit()).as(run.err()).isZero();
  }

  private static CommandRun run(Path home, Path where, String... line) {
    return CommandRun.in(where).with("GATEKEEPER_HOME", home.toString()).run(line);
  }

  private static String id(Path home) throws Exception {
    return Files.readAllLines(home.resolve("audit/checkpoints/latest"))
        .getFirst()
        .replaceFirst(".*/", "");
  }

  private static String git(Path directory, String... arguments) throws Exception {
    List<String> line =
        new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@t"));
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line).directory(directory.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", arguments)).isZero();
    return out.strip();
  }
}
