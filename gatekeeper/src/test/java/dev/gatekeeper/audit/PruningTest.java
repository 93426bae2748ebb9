package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Stopped;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.upkeep.Pruning;
import dev.gatekeeper.audit.upkeep.Recovery;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.Finding;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.seal.SealKeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a log whose beginning was taken off. */
@Timeout(300)
final class PruningTest {
  private static final AuditOptions SMALL = SampleLog.options().segmentBytes(30_000);
  private static final Instant LATER = Instant.parse("9999-01-01T00:00:00Z");

  @TempDir Path folder;

  @Test
  void theRestOfAPrunedLogIsSoundAndSaysWhatIsGone() throws Exception {
    Path log = log(600, SMALL);
    long before = verify(log).records();
    List<Path> files = SegmentsTest.segments(log);
    long end = Segment.first(files.getLast());
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      assertThat(Pruning.prune(open, LATER)).isEqualTo(end);
    }
    assertThat(Segment.all(log)).containsExactly(files.getLast());
    AuditReport report = verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.pruned()).isEqualTo(end);
    assertThat(report.records()).isEqualTo(before + 1);
    assertThat(report.signed()).isEqualTo(before + 1);
    assertThat(Files.readString(files.getLast()))
        .contains("\"reason\":\"records 0 to " + (end - 1) + " are pruned\"");
  }

  @Test
  void nothingYoungAndNeverTheLastSegmentIsPruned() throws Exception {
    Path log = log(200, SMALL);
    List<Path> files = SegmentsTest.segments(log);
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      assertThat(Pruning.prune(open, Instant.parse("2020-01-01T00:00:00Z"))).isZero();
    }
    assertThat(SegmentsTest.segments(log)).isEqualTo(files);
    Path one = log("one", 20, SMALL);
    try (AuditLog open = AuditLog.open(one, SMALL)) {
      assertThat(Pruning.prune(open, LATER)).isZero();
    }
  }

  @Test
  void aSecondPruningGoesOnWhereTheFirstEnded() throws Exception {
    Path log = log(300, SMALL);
    for (int round = 0; round < 3; round++) {
      try (AuditLog open = AuditLog.open(log, SMALL)) {
        assertThat(Pruning.prune(open, LATER)).isPositive();
        SampleLog.append(open, 300);
      }
      assertThat(verify(log).finding()).isEmpty();
    }
  }

  @Test
  void epochsAndMacKeysReachAcrossWhatIsPruned() throws Exception {
    SealKeyPair auditor = SealKeyPair.generate();
    AuditOptions sealed =
        SMALL.recipients(() -> Map.of("auditor", auditor.publicKey())).unsafeWithoutSync();
    Path log = log(2500, sealed);
    try (AuditLog open = AuditLog.open(log, sealed)) {
      Pruning.prune(open, LATER);
    }
    AuditReport report =
        AuditVerifier.withoutKey().opener(MacKeyOpener.holding(auditor)).verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.epochs()).isEqualTo(3);
    assertThat(report.macs().unchecked()).isEqualTo(report.pruned());
    assertThat(report.macs().checked()).isEqualTo(report.records() - report.pruned());
  }

  @Test
  void aMissingSegmentThatNoRecordTellsOfIsLost() throws Exception {
    Path log = log(300, SMALL);
    Path copy = SampleLog.copy(log, folder.resolve("copy"));
    try (AuditLog open = AuditLog.open(copy, SMALL)) {
      Pruning.prune(open, LATER);
    }
    // The hashes are there, but this log never said so.
    Path last = SegmentsTest.segments(log).getLast();
    for (Path file : Segment.all(log)) {
      if (!file.equals(last)) {
        Files.delete(file);
      }
    }
    assertThat(verify(log).finding().map(Finding::kind)).contains(Finding.Kind.LOST);
    for (Path file : SegmentsTest.segments(copy)) {
      if (file.toString().endsWith(".kept")) {
        Files.copy(file, log.resolve("log").resolve(file.getFileName()));
      }
    }
    SampleLog.copy(copy.resolve("tiles"), log.resolve("tiles"));
    Finding finding = verify(log).finding().orElseThrow();
    assertThat(finding.kind()).isEqualTo(Finding.Kind.LOST);
    assertThat(finding.text()).contains("no later record says they are pruned");
  }

  @Test
  void anAlteredHashOrKeptLineIsSeen() throws Exception {
    Path log = log(600, SMALL);
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      Pruning.prune(open, LATER);
    }
    Path tile = log.resolve("tiles/0/000");
    byte[] hashes = Files.readAllBytes(tile);
    hashes[5 * 32] ^= 1;
    Files.write(tile, hashes);
    assertThat(verify(log).finding().map(Finding::kind)).contains(Finding.Kind.CHECKPOINT);
    hashes[5 * 32] ^= 1;
    Files.write(tile, hashes);
    Path kept = log.resolve("log/00000000000000000000.kept");
    String lines = Files.readString(kept);
    Files.writeString(kept, lines.replace("claude-code", "claude-c0de"));
    assertThat(verify(log).finding().map(Finding::kind)).contains(Finding.Kind.LINK);
    Files.writeString(kept, "");
    assertThat(verify(log).finding().map(Finding::kind)).contains(Finding.Kind.LOST);
  }

  @Test
  void aPrunedLogWithoutItsStateIsNotBegunAnewAndALostEndIsRecovered() throws Exception {
    Path log = log(600, SMALL);
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      Pruning.prune(open, LATER);
    }
    Path copy = SampleLog.copy(log, folder.resolve("copy"));
    Files.delete(copy.resolve("state"));
    try (AuditLog open = AuditLog.open(copy, SMALL)) {
      assertThat(CrashTest.refused(open).kind()).isEqualTo(AuditFault.Kind.INCONSISTENT);
    }
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      SampleLog.append(open, 9);
    }
    Path last = Segment.all(log).getLast();
    List<String> lines = Files.readAllLines(last);
    Files.write(last, lines.subList(0, lines.size() - 3));
    assertThat(Recovery.recover(log, SMALL, true, records -> {})).isEqualTo(3);
    assertThat(verify(log).finding()).isEmpty();
  }

  /** Every such call may be the last one; the log is sound, and the next pruning does the rest. */
  @Test
  void killedAtASystemCallTheLogIsSound() throws Exception {
    Path log = log(300, SMALL);
    List<Path> segments = Segment.all(log);
    Stopped stopped = Stopped.after("pwrite64", "fdatasync", "fsync", "rename", "unlink", "mkdir");
    segments.forEach(stopped::on);
    for (String path : List.of("", "log", "tiles", "tiles/0")) {
      stopped.on(log.resolve(path));
    }
    Set<Integer> left = new TreeSet<>();
    stopped.run(Pruner.command(log), folder.resolve("out"), call -> left.add(leaves(log, call)));
    assertThat(left).as("segments left").contains(1, 2, segments.size());
    leaves(log, "the end");
  }

  /** The next process prunes what is left; how many segments there were. */
  private int leaves(Path original, String call) throws Exception {
    Path log = SampleLog.copy(original, folder.resolve(call.replaceFirst(",.*", "")));
    int segments = Segment.all(log).size();
    assertThat(verify(log).finding()).as(call).isEmpty();
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      Pruning.prune(open, LATER);
      open.append(Entry.of(Event.CALL_INTENT));
    }
    assertThat(verify(log).finding()).as(call).isEmpty();
    assertThat(Segment.all(log)).hasSize(1);
    return segments;
  }

  private Path log(int records, AuditOptions options) throws AuditException {
    return log("audit", records, options);
  }

  private Path log(String name, int records, AuditOptions options) throws AuditException {
    return SampleLog.closed(folder.resolve(name), records, options);
  }

  private static AuditReport verify(Path log) throws Exception {
    return AuditVerifier.withoutKey().verify(log);
  }
}
