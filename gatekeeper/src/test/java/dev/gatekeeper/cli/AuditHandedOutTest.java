package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.upkeep.Pruning;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is handed out where there is no room or files are pruned, and folders that are synced. */
@Timeout(120)
final class AuditHandedOutTest {
  private static final AuditOptions SMALL = SampleLog.segmented();

  @TempDir Path folder;
  private Path home;
  private Path log;

  @BeforeEach
  void aLogOfSeveralFiles() throws Exception {
    home = folder.resolve("home");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    log = SampleLog.closed(home.resolve("audit"), 600, SMALL);
    assertThat(Segment.all(log)).hasSizeGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"export --format=csv", "report", "prove 5"})
  void whatIsWrittenToAFullDeviceFails(String what) throws Exception {
    String said = fails("exec >/dev/full", ("audit " + what).split(" ", -1));
    assertThat(said).contains("gatekeeper: error: ");
  }

  @Test
  void aBundleThatIsMadeBesidePruningIsSoundOrNotMade() throws Exception {
    CompletableFuture<Void> pruning = CompletableFuture.runAsync(this::prune);
    int made = 0;
    for (int i = 0; !pruning.isDone() || i < 3; i++) {
      Path file = folder.resolve(i + ".tar.gz");
      CommandRun run = run("audit", "bundle", "-o", file.toString());
      if (run.exit() == 0) {
        made++;
        CommandRun verdict = run("audit", "verify", file.toString());
        assertThat(verdict.exit()).as(verdict.err()).isZero();
      } else {
        assertThat(run.err()).contains("try again");
        assertThat(file).doesNotExist();
      }
    }
    pruning.join();
    assertThat(made).isPositive();
  }

  @Test
  void whatIsToBeTypedNamesTheBundleAsAShellReadsIt() throws Exception {
    CommandRun made = run("audit", "bundle", "-o", "for 'Bob'.tar.gz");
    assertThat(made.out()).endsWith("gatekeeper audit verify 'for '\\''Bob'\\''.tar.gz'\n");
    CommandRun json = run("audit", "bundle", "--json", "-o", "b.tar.gz");
    assertThat(json.out())
        .isEqualTo("{\"bundle\":\"" + folder.resolve("b.tar.gz") + "\",\"withOpenings\":false}\n");
    assertThat(run("audit", "verify", "b.tar.gz").exit()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"export --format=csv", "report", "bundle"})
  void whatCannotBeWrittenThereIsNotRecordedAsHandedOut(String what) throws Exception {
    CommandRun run = run(("audit " + what + " -o nowhere/x.tar.gz").split(" ", -1));
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("there is no directory " + folder.resolve("nowhere"));
    assertThat(Segment.all(log).getLast()).content().doesNotContain("\"event\":\"export\"");
  }

  /** It is unpacked for as long as the command runs. */
  @Test
  void ofABundleThatWasAlteredTheFileIsToBeKept() throws Exception {
    Path bundle = folder.resolve("altered.tar.gz");
    assertThat(run("audit", "bundle", "-o", bundle.toString()).exit()).isZero();
    String tar;
    try (InputStream whole = new GZIPInputStream(Files.newInputStream(bundle))) {
      tar = new String(whole.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    try (OutputStream altered = new GZIPOutputStream(Files.newOutputStream(bundle))) {
      altered.write(
          tar.replaceFirst("\"github\"", "\"gitlab\"").getBytes(StandardCharsets.ISO_8859_1));
    }
    CommandRun run = run("audit", "verify", "altered.tar.gz");
    assertThat(run.exit()).as(run.err()).isEqualTo(1);
    assertThat(run.err())
        .contains("hint: keep a copy of altered.tar.gz before")
        .doesNotContain("gatekeeper-bundle-");
  }

  /** What programs leave that sync folders between machines. */
  @Test
  void theConflictedCopyOfAFileIsNoPartOfTheLog() throws Exception {
    Path last = Segment.all(log).getLast();
    String name = last.getFileName().toString();
    for (String copy :
        List.of(
            name.replace(".jsonl", " (alice's conflicted copy 2026-01-31).jsonl"),
            name.replace(".jsonl", ".sync-conflict-20260131-120000-ABCDEF.jsonl"),
            name + ".tmp",
            "~" + name)) {
      Files.copy(last, last.resolveSibling(copy));
    }
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      SampleLog.append(open, 200);
      assertThat(Pruning.prune(open, Instant.parse("9999-01-01T00:00:00Z"))).isPositive();
    }
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
    CommandRun shown = run("audit", "tail", "-n", "3");
    assertThat(shown.exit()).as(shown.err()).isZero();
  }

  @Test
  void aFileThatIsReplacedByTheCopyOfAnotherMachineIsNotAppendedTo() throws Exception {
    Path other = SampleLog.closed(folder.resolve("other"), 600, SMALL);
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      SampleLog.append(open, 1);
      Path last = Segment.all(log).getLast();
      Path arrived = last.resolveSibling(".arrived");
      Files.copy(Segment.all(other).getLast(), arrived); // files begin where the clock said
      Files.setPosixFilePermissions(arrived, PosixFilePermissions.fromString("rw-------"));
      Files.move(arrived, last, StandardCopyOption.REPLACE_EXISTING);
      byte[] theirs = Files.readAllBytes(last);
      assertThatThrownBy(() -> SampleLog.append(open, 1)).hasMessageContaining("audit verify");
      assertThat(Files.readAllBytes(last)).isEqualTo(theirs);
    }
    assertThat(AuditVerifier.withoutKey().verify(log).sound()).isFalse();
  }

  private void prune() {
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      Pruning.prune(open, Instant.parse("9999-01-01T00:00:00Z"));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private CommandRun run(String... line) {
    return CommandRun.in(folder).with("GATEKEEPER_HOME", home.toString()).run(line);
  }

  /** Standard error of a process of its own, which fails. */
  private String fails(String first, String... line) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Tools.require("bash").toString(),
                "-c",
                first + "; exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.gatekeeper.cli.Main"));
    command.addAll(List.of(line));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("GATEKEEPER_HOME", home.toString());
    Path out = folder.resolve("out");
    builder.redirectOutput(Files.createFile(out).toFile());
    Process process = builder.start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isNotZero();
    return said;
  }
}
