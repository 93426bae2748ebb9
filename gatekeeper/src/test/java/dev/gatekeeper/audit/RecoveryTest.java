package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Stopped;
import dev.gatekeeper.Tools;
import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.upkeep.Recovery;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.Finding;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that stays closed takes records again on a person's word, and says what that cost. */
@Timeout(300)
final class RecoveryTest {
  private final SealKeyPair auditor = SealKeyPair.generate();
  private final AuditOptions options =
      SampleLog.options().recipients(() -> Map.of("auditor", auditor.publicKey()));

  @TempDir Path folder;

  @Test
  void aLostTailIsGivenUpOnlyWhenThatIsAccepted() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 30, options);
    List<String> lines = SampleLog.lines(log);
    SampleLog.write(log, lines.subList(0, 20));
    assertThatThrownBy(() -> Recovery.recover(log, options, false, records -> {}))
        .hasMessage(
            "records 20 to 29 are missing; put the file back if you can, else give them up with"
                + " 'gatekeeper audit recover --accept-loss'");
    assertThat(Recovery.recover(log, options, true, records -> {})).isEqualTo(10);
    assertThat(SampleLog.lines(log).get(20))
        .contains("\"event\":\"recover\"")
        .contains("\"reason\":\"records 20 to 29 are lost\"")
        .contains("\"epoch\":\"1\"");
    try (AuditLog open = AuditLog.open(log, options)) {
      assertThat(open.append(Entry.of(Event.CALL_INTENT))).isEqualTo(21);
    }
    AuditReport report =
        AuditVerifier.withoutKey().opener(MacKeyOpener.holding(auditor)).verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.signed()).isEqualTo(22);
    assertThat(report.macs().checked()).isEqualTo(22);
    assertThat(report.recoveries()).isEqualTo(1);
    assertThat(report.lost()).containsExactly(new AuditReport.Loss(20, 10));
  }

  @Test
  void theCheckpointsOfWhatIsLostAreKeptBeside() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 30, options);
    byte[] latest = Files.readAllBytes(log.resolve("checkpoints/latest"));
    SampleLog.write(log, SampleLog.lines(log).subList(0, 20));
    Recovery.recover(log, options, true, records -> {});
    try (Stream<Path> kept = Files.list(log.resolve("set-aside"))) {
      assertThat(kept.filter(Files::isRegularFile).map(RecoveryTest::bytes)).contains(latest);
    }
  }

  @Test
  void aTailThatReachesIntoAnOlderEpochBeginsAnew() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 30);
    try (AuditLog open = AuditLog.open(log, options)) {
      SampleLog.append(open, 5);
    }
    SampleLog.write(log, SampleLog.lines(log).subList(0, 20));
    Recovery.recover(log, options, true, records -> {});
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.epochs()).isEqualTo(2);
    assertThat(report.signed()).isEqualTo(report.records()).isEqualTo(21);
  }

  @Test
  void damageInTheMiddleIsNeverRepaired() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 30, options);
    List<String> lines = SampleLog.lines(log);
    lines.remove(15);
    SampleLog.write(log, lines);
    assertThatThrownBy(() -> Recovery.recover(log, options, true, records -> {}))
        .hasMessageStartingWith(
            "the log is damaged at record 15 with records behind it, which is never repaired");
    assertThat(SampleLog.lines(log)).isEqualTo(lines);
  }

  @Test
  void theLogOfAnotherStateIsNotTakenOver() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5, options);
    Path other = SampleLog.closed(folder.resolve("other"), 9, options);
    Files.write(
        log.resolve(SampleLog.SEGMENT), Files.readAllBytes(other.resolve(SampleLog.SEGMENT)));
    assertThatThrownBy(() -> Recovery.recover(log, options, true, records -> {}))
        .hasMessageStartingWith("no record is left");
  }

  @Test
  void aLogWithoutItsKeysCannotGoOn() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5, options);
    Files.delete(log.resolve("state"));
    assertThatThrownBy(() -> Recovery.recover(log, options, true, records -> {}))
        .hasMessageStartingWith("the file 'state' held the keys of the log");
  }

  @Test
  void aWholeLogIsLeftAsItIs() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5, options);
    assertThatThrownBy(() -> Recovery.recover(log, options, true, records -> {}))
        .hasMessageStartingWith("nothing is to be recovered");
  }

  @Test
  void aMissingLastSegmentIsGivenUp() throws Exception {
    AuditOptions small = options.segmentBytes(4_000);
    Path log = SampleLog.closed(folder.resolve("audit"), 60, small);
    Files.delete(SegmentsTest.segments(log).getLast());
    assertThat(Recovery.recover(log, small, true, records -> {})).isPositive();
    assertThat(Files.readString(SegmentsTest.segments(log).getLast()))
        .contains("\"event\":\"recover\"");
    try (AuditLog open = AuditLog.open(log, small)) {
      open.append(Entry.of(Event.CALL_INTENT));
    }
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
  }

  @Test
  void aFailedSyncIsRecoveredWithoutLoss() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 2);
    long acknowledged = failASync(log);
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      AuditFault fault = CrashTest.refused(open);
      assertThat(fault.kind()).isEqualTo(Kind.SYNC);
      assertThat(fault.text()).contains("run 'gatekeeper audit recover'");
      assertThat(Recovery.recover(log, SampleLog.options(), false, records -> {})).isZero();
      assertThat(open.append(Entry.of(Event.CALL_INTENT))).isGreaterThan(acknowledged + 1);
    }
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.closedByFault()).isFalse();
    assertThat(Files.readString(log.resolve(SampleLog.SEGMENT))).contains("a sync failed");
  }

  /** The last record that was acknowledged before a sync failed. */
  private long failASync(Path log) throws Exception {
    Path output = folder.resolve("out");
    String segment = log.resolve(SampleLog.SEGMENT).toString();
    List<String> before =
        List.of(
            Tools.require("strace").toString(),
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-P",
            segment,
            "-e",
            "trace=fdatasync",
            "-e",
            "inject=fdatasync:error=EIO:when=2");
    Appender.start(before, log, 3, output).waitFor();
    return Appender.acknowledged(output);
  }

  /** What an older loss left in the state is told once. */
  @Test
  void aFailedSyncAfterALossIsNoLossAgain() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 30);
    SampleLog.write(log, SampleLog.lines(log).subList(0, 20));
    Recovery.recover(log, SampleLog.options(), true, records -> {});
    failASync(log);
    assertThat(Recovery.recover(log, SampleLog.options(), false, records -> {})).isZero();
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.CALL_INTENT));
    }
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.lost()).containsExactly(new AuditReport.Loss(20, 10));
  }

  /** A cut that nobody accepted is seen, whatever was recovered before. */
  @Test
  void aLaterCutIsStillSeen() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 30, options);
    SampleLog.write(log, SampleLog.lines(log).subList(0, 20));
    Recovery.recover(log, options, true, records -> {});
    SampleLog.write(log, SampleLog.lines(log).subList(0, 20));
    assertThat(AuditVerifier.withoutKey().verify(log).finding().map(Finding::kind))
        .contains(Finding.Kind.LOST);
  }

  /** Every such call may be the last one; the next recovery or record does the rest. */
  @Test
  void killedAtASystemCallARecoveryIsDoneOrCanBeDoneAgain() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 30, options);
    SampleLog.write(log, SampleLog.lines(log).subList(0, 20));
    Stopped stopped =
        Stopped.after("pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "mkdir");
    for (String path :
        List.of("", "state", "log", SampleLog.SEGMENT, "checkpoints", "checkpoints/latest")) {
      stopped.on(log.resolve(path));
    }
    int stops =
        stopped
            .on(log.resolve("set-aside"))
            .run(Recoverer.command(log), folder.resolve("out"), call -> leaves(log, call));
    assertThat(stops).as("stops").isGreaterThan(5);
    leaves(log, "the end");
  }

  /** The next process recovers what is left, or has nothing to recover. */
  private void leaves(Path original, String call) throws Exception {
    Path log = SampleLog.copy(original, folder.resolve(call.replaceFirst(",.*", "")));
    try {
      Recovery.recover(log, options, true, records -> {});
    } catch (AuditException e) {
      assertThat(e.fault().text()).as(call).startsWith("nothing is to be recovered");
    }
    try (AuditLog open = AuditLog.open(log, options)) {
      open.append(Entry.of(Event.CALL_INTENT));
    }
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).as(call).isEmpty();
    assertThat(SampleLog.lines(log).stream().filter(line -> line.contains("are lost\"")))
        .as(call)
        .hasSize(1);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
