package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.chain.ChainHead;
import dev.gatekeeper.audit.chain.State;
import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.checkpoint.Frontier;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.Finding;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that somebody changed behind the appender's back. */
@Timeout(120)
final class HostileFilesTest {
  @TempDir Path folder;

  @Test
  void aTornEndIsSetAsideAndTheNextRecordTellsOfIt() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 3);
    Files.write(
        log.resolve(SampleLog.SEGMENT),
        "{\"v\":\"1\",\"n\":\"3".getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.APPEND);
    assertThat(verify(log).tornBytes()).isPositive();
    append(log);
    AuditReport report = verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.recoveries()).isEqualTo(1);
    assertThat(report.records()).isEqualTo(5);
    assertThat(log.resolve("set-aside")).isDirectoryContaining("glob:**/3-*");
  }

  @Test
  void aLogBehindWhatWasAcknowledgedStaysClosed() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    List<String> lines = SampleLog.lines(log);
    SampleLog.write(log, lines.subList(0, 4));
    assertThat(refused(log)).isEqualTo(Kind.INCONSISTENT);
    SampleLog.write(log, lines);
    append(log);
    assertThat(verify(log).finding()).isEmpty();
  }

  @Test
  void aRemovedLiveFileIsNoticedAtTheNextRecord() throws Exception {
    Path log = folder.resolve("audit");
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.CALL_INTENT));
      Files.move(log.resolve(SampleLog.SEGMENT), folder.resolve("moved"));
      assertThat(CrashTest.refused(open).kind()).isEqualTo(Kind.INCONSISTENT);
      Files.move(folder.resolve("moved"), log.resolve(SampleLog.SEGMENT));
      assertThat(open.append(Entry.of(Event.CALL_INTENT))).isEqualTo(3);
    }
    assertThat(verify(log).finding()).isEmpty();
    assertThat(verify(log).faults()).isEqualTo(1);
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.FAULT).with(Field.SERVER, "s").with(Field.ERROR, "drift"));
      open.append(Entry.of(Event.FAULT).with(Field.SECRET, "login:s").with(Field.ERROR, "old"));
    }
    assertThat(verify(log).faults()).isEqualTo(1); // no record was refused
  }

  @Test
  void aHoleWhereAnAcknowledgedRecordStoodIsNoticedThoughTheSizeIsRight() throws Exception {
    Path log = folder.resolve("audit");
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.CALL_INTENT));
      try (RandomAccessFile file =
          new RandomAccessFile(log.resolve(SampleLog.SEGMENT).toFile(), "rw")) {
        long size = file.length();
        file.setLength(size / 2);
        file.setLength(size);
      }
      assertThat(CrashTest.refused(open).kind()).isEqualTo(Kind.INCONSISTENT);
    }
  }

  @Test
  void anotherFileUnderTheNameOfTheLogIsNotAppendedTo() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Path other = SampleLog.closed(folder.resolve("other"), 5);
    Files.write(
        log.resolve(SampleLog.SEGMENT), Files.readAllBytes(other.resolve(SampleLog.SEGMENT)));
    assertThat(refused(log)).isEqualTo(Kind.INCONSISTENT);
  }

  @Test
  void aMissingStateDoesNotBeginANewLogOverTheOldOne() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Files.delete(log.resolve("state"));
    assertThat(refused(log)).isEqualTo(Kind.INCONSISTENT);
    assertThat(verify(log).finding().map(Finding::kind)).contains(Finding.Kind.STATE);
  }

  @Test
  void aLogThatOthersCanReadIsRefusedWithTheCommandThatMendsIt() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Path segment = log.resolve(SampleLog.SEGMENT);
    Files.setPosixFilePermissions(segment, PosixFilePermissions.fromString("rw-r--r--"));
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      AuditFault fault = CrashTest.refused(open);
      assertThat(fault.kind()).isEqualTo(Kind.NOT_WRITABLE);
      assertThat(fault.text()).contains("chmod go-rwx '" + segment + "'");
      Files.setPosixFilePermissions(segment, PosixFilePermissions.fromString("rw-------"));
      assertThat(open.append(Entry.of(Event.CALL_INTENT))).isEqualTo(6);
    }
  }

  @Test
  void aSymbolicLinkIsNotAppendedTo() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 5);
    Path segment = log.resolve(SampleLog.SEGMENT);
    Files.move(segment, folder.resolve("elsewhere"));
    Files.createSymbolicLink(segment, folder.resolve("elsewhere"));
    assertThat(refused(log)).isEqualTo(Kind.NOT_WRITABLE);
  }

  @Test
  void aFileInThePlaceOfTheDirectoryIsUnavailableUntilItIsGone() throws Exception {
    Path log = Files.createFile(folder.resolve("audit"));
    AuditFault fault;
    try {
      AuditLog.open(log, SampleLog.options()).close();
      throw new AssertionError("opened");
    } catch (AuditException e) {
      fault = e.fault();
    }
    try (AuditLog unavailable = AuditLog.unavailable(fault, log, SampleLog.options())) {
      assertThat(CrashTest.refused(unavailable).kind()).isEqualTo(Kind.NOT_WRITABLE);
      Files.delete(log);
      assertThat(unavailable.append(Entry.of(Event.CALL_INTENT))).isEqualTo(2);
    }
    assertThat(verify(log).finding()).isEmpty();
  }

  @Test
  void aHeldLockRefusesIntentsAndKeepsOutcomes() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 3);
    CompletableFuture<Receipt> outcome = new CompletableFuture<>();
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      try (LockFile _ = LockFile.acquire(log.resolve("append.lock"), Duration.ofSeconds(5))) {
        open.submit(Entry.of(Event.CALL_OUTCOME).with(Field.REF, 1), outcome::complete);
        assertThat(CrashTest.refused(open).kind()).isEqualTo(Kind.LOCKED);
        assertThat(outcome).isNotDone();
      }
      assertThat(outcome.get()).isInstanceOf(Receipt.Durable.class);
    }
    assertThat(verify(log).faults()).isEqualTo(1);
  }

  @Test
  void anInterruptOfTheCallerHarmsNothing() throws Exception {
    Path log = folder.resolve("audit");
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      Thread.currentThread().interrupt();
      assertThat(open.append(Entry.of(Event.CALL_INTENT))).isEqualTo(1);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(open.append(Entry.of(Event.CALL_INTENT))).isEqualTo(2);
    }
  }

  @Test
  void aClockThatIsSetIsRecorded() throws Exception {
    Path log = folder.resolve("audit");
    Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
    InstantSource source = () -> now[0];
    Clock clock = source.withZone(ZoneOffset.UTC);
    try (AuditLog open = AuditLog.open(log, SampleLog.options().clock(clock))) {
      open.append(Entry.of(Event.CALL_INTENT));
      now[0] = Instant.parse("2016-01-01T00:00:00Z");
      open.append(Entry.of(Event.CALL_INTENT));
      now[0] = Instant.parse("2036-01-01T00:00:00Z");
      open.append(Entry.of(Event.CALL_INTENT));
    }
    AuditReport report = verify(log);
    assertThat(report.finding()).isEmpty();
    assertThat(report.clockSteps()).isEqualTo(2);
  }

  @Test
  void longAndHostileValuesAreCutToARecord() throws Exception {
    Path log = folder.resolve("audit");
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      Entry entry = Entry.of(Event.CALL_DENIED);
      for (Field field : Field.values()) {
        if (field.free()) {
          entry = entry.with(field, "\u0001".repeat(100_000));
        }
      }
      open.append(entry);
      open.append(Entry.of(Event.CALL_DENIED).with(Field.TOOL, "\ud800\"\\\u007f\ufeff"));
    }
    assertThat(verify(log).finding()).isEmpty();
  }

  /** Within one epoch a thief of today's keys can sign a shorter log; only a MAC key tells. */
  @Test
  void aCutWithAnEditedStateIsSeenByTheMacKeys() throws Exception {
    SealKeyPair auditor = SealKeyPair.generate();
    AuditOptions options =
        SampleLog.options().recipients(() -> Map.of("auditor", auditor.publicKey()));
    Path log = SampleLog.closed(folder.resolve("audit"), 30, options);
    cut(log, 20);
    assertThat(verify(log).finding()).isEmpty();
    AuditReport report =
        AuditVerifier.withoutKey().opener(MacKeyOpener.holding(auditor)).verify(log);
    assertThat(report.finding().map(Finding::kind)).contains(Finding.Kind.STATE);
    append(log, options);
    report = AuditVerifier.withoutKey().opener(MacKeyOpener.holding(auditor)).verify(log);
    assertThat(report.finding().map(Finding::kind)).contains(Finding.Kind.MAC);
  }

  @Test
  void aCutIntoAnOlderEpochIsSeenWithoutAKey() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 30);
    append(
        log, SampleLog.options().recipients(() -> Map.of("a", SealKeyPair.generate().publicKey())));
    assertThat(verify(log).epochs()).isEqualTo(2);
    cut(log, 20);
    Files.delete(log.resolve("checkpoints/epochs"));
    assertThat(verify(log).finding().map(Finding::kind)).contains(Finding.Kind.STATE);
  }

  /** Every subset of the sectors of the state that were not synced when the power failed. */
  @Test
  void aPowerLossKeepsAnyPartOfTheState() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 10);
    byte[] synced = Files.readAllBytes(log.resolve("state"));
    byte[] written;
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      open.append(Entry.of(Event.CALL_INTENT));
      open.append(Entry.of(Event.CALL_INTENT));
      written = Files.readAllBytes(log.resolve("state"));
    }
    List<Integer> sectors = new ArrayList<>();
    for (int at = 0; at < written.length; at += 512) {
      if (!Arrays.equals(synced, at, at + 512, written, at, at + 512)) {
        sectors.add(at);
      }
    }
    assertThat(sectors).hasSizeBetween(2, 8);
    for (int subset = 0; subset < 1 << sectors.size(); subset++) {
      byte[] state = synced.clone();
      for (int i = 0; i < sectors.size(); i++) {
        if ((subset >> i & 1) == 1) {
          System.arraycopy(written, sectors.get(i), state, sectors.get(i), 512);
        }
      }
      Path copy = SampleLog.copy(log, folder.resolve("copy-" + subset));
      Files.write(copy.resolve("state"), state);
      append(copy);
      AuditReport report = verify(copy);
      assertThat(report.finding()).isEmpty();
      assertThat(report.records()).isEqualTo(13);
    }
  }

  /** Every subset of the sectors of records that nobody had synced when the power failed. */
  @Test
  void aPowerLossKeepsAnyPartOfWhatWasNotAcknowledged() throws Exception {
    Path log = SampleLog.closed(folder.resolve("audit"), 10);
    Path written = SampleLog.copy(log, folder.resolve("written"));
    try (AuditLog open = AuditLog.open(written, SampleLog.options())) {
      for (int i = 0; i < 4; i++) {
        open.submit(Entry.of(Event.CALL_OUTCOME).with(Field.REF, i), receipt -> {});
      }
    }
    byte[] synced = Files.readAllBytes(log.resolve(SampleLog.SEGMENT));
    byte[] all = Files.readAllBytes(written.resolve(SampleLog.SEGMENT));
    int first = synced.length / 512;
    int sectors = (all.length - 1) / 512 + 1 - first;
    assertThat(sectors).isBetween(3, 8);
    for (int subset = 0; subset < 1 << sectors; subset++) {
      byte[] kept = all.clone();
      for (int i = 0; i < sectors; i++) {
        if ((subset >> i & 1) == 0) {
          int from = Math.max(synced.length, (first + i) * 512);
          Arrays.fill(kept, from, Math.min(all.length, (first + i + 1) * 512), (byte) 0);
        }
      }
      Path copy = SampleLog.copy(log, folder.resolve("copy-" + subset));
      Files.write(copy.resolve(SampleLog.SEGMENT), kept);
      assertThat(verify(copy).finding()).as("subset %d", subset).isEmpty();
      append(copy);
      AuditReport report = verify(copy);
      assertThat(report.finding()).as("subset %d, taken up", subset).isEmpty();
      assertThat(report.records()).isBetween(11L, 17L);
      assertThat(Files.readAllBytes(copy.resolve(SampleLog.SEGMENT))).startsWith(synced);
    }
  }

  /**
   * What somebody does who can read and write all files: the log ends at {@code n}, and the state
   * says so.
   */
  private static void cut(Path log, int n) throws Exception {
    Digests digests = new Digests();
    byte[] file = Files.readAllBytes(log.resolve("state"));
    State state = State.decode(digests, Arrays.copyOf(file, Format.SLOT)).orElseThrow();
    List<String> lines = SampleLog.lines(log).subList(0, n);
    SampleLog.write(log, lines);
    Frontier tree = new Frontier();
    byte[] hash = new byte[Format.HASH];
    long offset = 0;
    for (String line : lines) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      hash = digests.leaf(bytes, 0, bytes.length);
      tree.add(digests, hash);
      offset += bytes.length + 1;
    }
    state.head = new ChainHead(digests, state.logId, n, offset, Epoch.newMacKey(), hash, tree);
    state.acked = n;
    state.checkpoint = 0;
    byte[] slot = state.encode(digests);
    byte[] both = Arrays.copyOf(slot, 2 * Format.SLOT);
    System.arraycopy(slot, 0, both, Format.SLOT, Format.SLOT);
    Files.write(log.resolve("state"), both);
    Files.delete(log.resolve("checkpoints/latest"));
  }

  private static void append(Path log) throws AuditException {
    append(log, SampleLog.options());
  }

  private static void append(Path log, AuditOptions options) throws AuditException {
    try (AuditLog open = AuditLog.open(log, options)) {
      open.append(Entry.of(Event.CALL_INTENT));
    }
  }

  private static Kind refused(Path log) throws AuditException {
    try (AuditLog open = AuditLog.open(log, SampleLog.options())) {
      return CrashTest.refused(open).kind();
    }
  }

  private static AuditReport verify(Path log) throws Exception {
    return AuditVerifier.withoutKey().verify(log);
  }
}
