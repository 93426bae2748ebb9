package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.SmallDisk;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.upkeep.Pruning;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log on a disk without room: it refuses, loses nothing, and goes on once there is some. */
@Timeout(120)
final class FullDiskTest {
  /** Full after some seventy records, so that a file is begun where there is no room for it. */
  private static final AuditOptions SMALL = SampleLog.options().segmentBytes(30_000);

  private static final Instant LATER = Instant.parse("9999-01-01T00:00:00Z");

  @TempDir Path folder;
  private SmallDisk disk;
  private Path ballast;
  private Path log;

  @BeforeEach
  void mount() throws Exception {
    disk = SmallDisk.mounted(folder.toRealPath().resolve("disk"));
    ballast = disk.mount().resolve("ballast");
    log = disk.mount().resolve("audit");
  }

  @AfterEach
  void unmount() throws Exception {
    disk.close();
  }

  @Test
  void aLogThatFillsTheDiskRefusesAndGoesOnByItself() throws Exception {
    Files.write(ballast, new byte[1 << 20]);
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      long last = -1;
      AuditFault fault = null;
      while (fault == null) {
        try {
          last = open.append(Entry.of(Event.CALL_INTENT));
        } catch (AuditException e) {
          fault = e.fault();
        }
      }
      assertThat(fault.kind()).isEqualTo(AuditFault.Kind.FULL);
      // What need not be durable at once is not waited for either.
      assertThatThrownBy(() -> open.append(Entry.of(Event.EXPORT))).hasMessageContaining("no room");
      assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
      assertThat(AuditVerifier.withoutKey().verify(log).records()).isGreaterThan(last);
      assertThat(Segment.all(log)).hasSizeGreaterThan(10);

      Files.delete(ballast);
      SampleLog.append(open, 200);
    }
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
  }

  /** Hashes of what is pruned are written before anything is deleted. */
  @Test
  void aPruningWithoutRoomDeletesNothing() throws Exception {
    SampleLog.closed(log, 600, SMALL);
    var before = Segment.all(log);
    disk.fill(ballast);
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      assertThatThrownBy(() -> Pruning.prune(open, LATER)).isInstanceOf(Exception.class);
    }
    assertThat(Segment.all(log)).containsAll(before);
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();

    Files.delete(ballast);
    try (AuditLog open = AuditLog.open(log, SMALL)) {
      assertThat(Pruning.prune(open, LATER)).isPositive();
    }
    assertThat(AuditVerifier.withoutKey().verify(log).finding()).isEmpty();
  }
}
