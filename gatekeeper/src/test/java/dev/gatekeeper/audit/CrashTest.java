package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Stopped;
import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.chain.LogFiles;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.upkeep.Recovery;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes that are killed, and what the next one finds. */
@Timeout(300)
final class CrashTest {
  /** Bytes that a test does not reach. */
  private static final long SEGMENT = 64L << 20;

  @TempDir Path folder;

  @Test
  void eightProcessesKilledAtAnyMomentLoseNothing() throws Exception {
    Path log = folder.resolve("audit");
    long most = -1;
    for (int round = 0; round < 2; round++) {
      List<Process> all = new ArrayList<>();
      List<Path> outputs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Path output = folder.resolve("out-" + round + "-" + i);
        outputs.add(output);
        all.add(Appender.start(List.of(), log, 1_000_000, output));
      }
      // Not a time but an event: some of them are in the middle of their work.
      while (Appender.acknowledged(outputs.get(round)) < most + 40) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      for (Process one : all) {
        one.destroyForcibly().waitFor();
      }
      for (Path output : outputs) {
        most = Math.max(most, Appender.acknowledged(output));
      }
      assertSound(log, most);
    }
    goesOn(log);
  }

  /** Over the creation of a log and its first records. */
  @Test
  void killedAtASystemCallOfANewLog() throws Exception {
    Path log = folder.resolve("audit");
    LogFiles.prepare(log);
    killed(log, false, SEGMENT);
  }

  /** Over the end of an epoch and the beginning of the next one. */
  @Test
  void killedAtASystemCallOfANewEpoch() throws Exception {
    killed(SampleLog.closed(folder.resolve("audit"), 3), true, SEGMENT);
  }

  /** Over the end of a segment and the beginning of the next one. */
  @Test
  void killedAtASystemCallOfANewSegment() throws Exception {
    killed(SampleLog.closed(folder.resolve("audit"), 3), false, 1_000);
  }

  private void killed(Path log, boolean newEpoch, long segmentBytes) throws Exception {
    Stopped stopped =
        Stopped.after("pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "openat", "mkdir");
    for (String path : List.of("", "state", "append.lock", "log")) {
      stopped.on(log.resolve(path));
    }
    for (String path : List.of("", "epochs", "latest")) {
      stopped.on(log.resolve("checkpoints").resolve(path));
    }
    for (int first = 0; first < 12; first++) {
      stopped.on(Segment.path(log, first));
    }
    Path output = folder.resolve("out");
    List<String> appender = Appender.command(log, 3, newEpoch, segmentBytes);
    int stops = stopped.run(appender, output, call -> leaves(log, output, call));
    assertThat(stops).as("stops").isGreaterThan(20);
    leaves(log, output, "the end");
  }

  /** The next process finds every record that was acknowledged, and goes on. */
  private void leaves(Path log, Path output, String call) throws Exception {
    Path left = SampleLog.copy(log, folder.resolve(call.replaceFirst(",.*", "")));
    long most = Appender.acknowledged(output);
    if (most >= 0) {
      assertSound(left, most);
    }
    goesOn(left);
  }

  /**
   * Some file systems, on the network or in user space, cannot sync a directory: what the files
   * hold is synced, and the log goes on.
   */
  @Test
  void aFolderThatCannotBeSyncedIsNoFault() throws Exception {
    Path log = folder.resolve("audit");
    List<String> before =
        List.of(
            Tools.require("strace").toString(),
            "-f",
            "-qq",
            "-o",
            folder.resolve("trace").toString(),
            "-e",
            "trace=fsync",
            "-P",
            folder.toString(),
            "-P",
            log.toString(),
            "-P",
            log.resolve("log").toString(),
            "-P",
            log.resolve("checkpoints").toString(),
            "-e",
            "inject=fsync:error=EINVAL");
    Path output = folder.resolve("out");
    assertThat(Appender.start(before, Appender.command(log, 4, true, 1_000), output).waitFor())
        .isZero();
    assertThat(Files.readAllLines(output)).hasSize(4).noneMatch(line -> line.startsWith("!"));
    assertThat(Files.readString(folder.resolve("trace"))).contains("EINVAL");
    assertSound(log, Appender.acknowledged(output));
    goesOn(log);
  }

  /**
   * Each sync of a file or folder of the log fails once, over a new epoch and new files: it is not
   * tried again, the log stays closed for everybody, and tells of it when a person had it
   * recovered.
   */
  @ParameterizedTest
  @ValueSource(strings = {"fdatasync", "fsync"})
  void eachSyncThatFailsClosesTheLogUntilItIsRecovered(String call) throws Exception {
    Path original = SampleLog.closed(folder.resolve("audit"), 3);
    boolean failed = true;
    for (int k = 1; failed; k++) {
      Path log = SampleLog.copy(original, folder.resolve("copy-" + k));
      List<String> before = new ArrayList<>();
      before.addAll(List.of(Tools.require("strace").toString(), "-f", "-qq", "-o", "/dev/null"));
      for (String path : List.of("", "state", "log", "checkpoints/epochs")) {
        before.addAll(List.of("-P", log.resolve(path).toString()));
      }
      for (int first = 0; first < 12; first++) {
        before.addAll(List.of("-P", Segment.path(log, first).toString()));
      }
      before.addAll(List.of("-e", "trace=" + call));
      before.addAll(List.of("-e", "inject=" + call + ":error=EIO:when=" + k));
      Path output = folder.resolve("out-" + k);
      assertThat(Appender.start(before, Appender.command(log, 3, true, 1_500), output).waitFor())
          .isZero();
      failed = Files.readString(output).contains("!");
      if (failed) {
        assertThat(Files.readString(output)).as("call " + k).contains("!SYNC");
        try (AuditLog next = AuditLog.open(log, SampleLog.options())) {
          assertThat(refused(next).kind()).as("call " + k).isEqualTo(AuditFault.Kind.SYNC);
        }
        assertThat(Recovery.recover(log, SampleLog.options(), false, records -> {})).isZero();
        goesOn(log);
        assertThat(told(log)).as("call " + k).isEqualTo(1);
      }
      assertSound(log, Math.max(2, Appender.acknowledged(output)));
    }
  }

  private static long told(Path log) throws Exception {
    long told = 0;
    for (Path segment : Segment.all(log)) {
      told +=
          Files.readAllLines(segment).stream()
              .filter(line -> line.contains("\"reason\":\"a sync failed\""))
              .count();
    }
    return told;
  }

  @Test
  void aSyncThatFailsClosesTheLogForEverybody() throws Exception {
    String strace = Tools.require("strace").toString();
    Path log = SampleLog.closed(folder.resolve("audit"), 2);
    Path output = folder.resolve("out");
    List<String> before =
        List.of(
            strace,
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-P",
            log.resolve(SampleLog.SEGMENT).toString(),
            "-e",
            "trace=fdatasync",
            "-e",
            "inject=fdatasync:error=EIO:when=2");
    Appender.start(before, log, 3, output).waitFor();
    assertThat(Files.readAllLines(output))
        .hasSize(3)
        .element(1)
        .asString()
        .startsWith("!SYNC the audit log could not be made durable");
    try (AuditLog next = AuditLog.open(log, SampleLog.options())) {
      assertThat(refused(next).kind()).isEqualTo(AuditFault.Kind.SYNC);
    }
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.closedByFault()).isTrue();
  }

  @Test
  void aFileThatMayNotGrowRefusesAndStaysWhole() throws Exception {
    Path log = folder.resolve("audit");
    Path output = folder.resolve("out");
    List<String> before =
        List.of(Tools.require("bash").toString(), "-c", "ulimit -f 40; exec \"$@\"", "bash");
    Appender.start(before, log, 200, output).waitFor();
    assertThat(Files.readString(output)).contains("!FULL the audit log has no room on the disk");
    assertSound(log, Appender.acknowledged(output));
    goesOn(log);
  }

  static AuditFault refused(AuditLog log) {
    try {
      log.append(Entry.of(Event.CALL_INTENT));
      throw new AssertionError("not refused");
    } catch (AuditException e) {
      return e.fault();
    }
  }

  private static void assertSound(Path log, long acknowledged) throws Exception {
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.records()).isGreaterThan(acknowledged);
  }

  private static void goesOn(Path log) throws Exception {
    long n;
    try (AuditLog next = AuditLog.open(log, SampleLog.options())) {
      n = next.append(Entry.of(Event.CALL_INTENT));
    }
    assertSound(log, n);
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.signed()).isEqualTo(n + 1);
  }
}
