package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that goes on in another file. */
@Timeout(120)
final class SegmentsTest {
  private static final AuditOptions SMALL = SampleLog.options().segmentBytes(4_000);

  @TempDir Path folder;

  @Test
  void aFullSegmentIsClosedAndTheNextOneOpened() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 60, SMALL);
    List<Path> files = segments(log);
    assertThat(files).hasSizeGreaterThan(3);
    long n = 0;
    for (Path file : files) {
      assertThat(file).isEqualTo(Segment.path(log, n));
      List<String> lines = Files.readAllLines(file);
      if (n > 0) {
        assertThat(lines.getFirst()).contains("\"event\":\"segment.open\"");
      }
      if (!file.equals(files.getLast())) {
        assertThat(Files.size(file)).isGreaterThan(4_000);
        assertThat(lines.getLast()).contains("\"event\":\"segment.close\"");
      }
      n += lines.size();
    }
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.records()).isEqualTo(n);
    assertThat(report.signed()).isEqualTo(n);
  }

  @Test
  void aMissingSegmentInTheMiddleIsLost() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 60, SMALL);
    Files.delete(segments(log).get(1));
    assertThat(AuditVerifier.withoutKey().verify(log).finding().map(Finding::kind))
        .contains(Finding.Kind.LOST);
  }

  @Test
  void aMissingLastSegmentIsNotBegunAnew() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 60, SMALL);
    Files.delete(segments(log).getLast());
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      assertThat(CrashTest.refused(open).kind()).isEqualTo(AuditFault.Kind.INCONSISTENT);
    }
  }

  @Test
  void threeProcessesRotateUnderLoadWhileTheLogIsVerified() throws Exception {
    Path log = folder.resolve("audit");
    List<Process> all = new ArrayList<>();
    List<Path> outputs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Path output = folder.resolve("out-" + i);
      outputs.add(output);
      // With too much else to do a machine lets one of them hold the lock for seconds.
      Duration patience = Duration.ofSeconds(60);
      List<String> appender = Appender.command(log, 100, false, 5_000, patience);
      all.add(Appender.start(List.of(), appender, output));
    }
    Process first = all.getFirst();
    while (first.isAlive()) {
      if (!segments(log).isEmpty()) {
        assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
      }
    }
    long most = -1;
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).waitFor()).isZero();
      assertThat(Files.readString(outputs.get(i))).doesNotContain("!");
      most = Math.max(most, Appender.acknowledged(outputs.get(i)));
    }
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.records()).isGreaterThan(most);
    assertThat(segments(log)).hasSizeGreaterThan(20);
  }

  @Test
  void aTornEndAfterARotationIsSetAside() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 60, SMALL);
    Path last = segments(log).getLast();
    Files.writeString(last, Files.readString(last) + "{\"v\":");
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      open.append(Entry.of(Event.CALL_INTENT).with(Field.TOOL, "t"));
    }
    AuditReport report = AuditVerifier.withoutKey().verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.recoveries()).isEqualTo(1);
  }

  static List<Path> segments(Path log) throws IOException {
    if (!Files.isDirectory(log.resolve("log"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(log.resolve("log"))) {
      return files.sorted().toList();
    }
  }
}
