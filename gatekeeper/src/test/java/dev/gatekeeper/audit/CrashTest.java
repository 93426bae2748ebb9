package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.chain.LogFiles;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  /** Every such call of a thread that writes, over the creation of a log and its first records. */
  @ParameterizedTest
  @MethodSource("calls")
  void killedAtASystemCallOfANewLog(String call) throws Exception {
    Path log = folder.resolve("audit");
    LogFiles.prepare(log);
    killed(log, call, false, SEGMENT);
  }

  /** Every such call over the end of an epoch and the beginning of the next one. */
  @ParameterizedTest
  @MethodSource("calls")
  void killedAtASystemCallOfANewEpoch(String call) throws Exception {
    killed(SampleLog.closed(folder.resolve("audit"), 3), call, true, SEGMENT);
  }

  /** Every such call over the end of a segment and the beginning of the next one. */
  @ParameterizedTest
  @MethodSource("calls")
  void killedAtASystemCallOfANewSegment(String call) throws Exception {
    killed(SampleLog.closed(folder.resolve("audit"), 3), call, false, 1_000);
  }

  /** One a test: the tracer counts each by itself, so that a common count would leave some out. */
  static Stream<String> calls() {
    return Stream.of("pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "openat", "mkdir");
  }

  private void killed(Path original, String call, boolean newEpoch, long segmentBytes)
      throws Exception {
    int exit = -1;
    for (int k = 1; exit != 0; k++) {
      Path log = SampleLog.copy(original, folder.resolve("copy-" + k));
      List<String> before = new ArrayList<>();
      before.addAll(List.of(Tools.require("strace").toString(), "-f", "-qq", "-o", "/dev/null"));
      for (String path :
          List.of("", "state", "append.lock", "log", "checkpoints", "checkpoints/epochs")) {
        before.addAll(List.of("-P", log.resolve(path).toString()));
      }
      for (int first = 0; first < 12; first++) {
        before.addAll(List.of("-P", Segment.path(log, first).toString()));
      }
      before.addAll(List.of("-e", "trace=" + call));
      before.addAll(List.of("-e", "inject=" + call + ":signal=KILL:when=" + k));
      Path output = folder.resolve("out-" + k);
      exit = Appender.start(before, log, 3, output, newEpoch, segmentBytes).waitFor();
      long most = Appender.acknowledged(output);
      assertThat(exit != 0 || most > 0).isTrue();
      if (most >= 0) {
        assertSound(log, most);
      }
      goesOn(log);
    }
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
