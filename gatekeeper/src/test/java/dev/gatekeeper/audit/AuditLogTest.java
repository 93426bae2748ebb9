package dev.gatekeeper.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.chain.State;
import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.checkpoint.Frontier;
import dev.gatekeeper.audit.checkpoint.Signer;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AuditLogTest {
  @TempDir Path folder;

  @Test
  void numbersFollowEachOther() throws Exception {
    AuditOptions options = AuditOptions.of(new AuditContext());
    try (AuditLog log = AuditLog.open(folder.resolve("audit"), options)) {
      assertThat(log.append(Entry.of(Event.CALL_INTENT).with(Field.TOOL, "a"))).isEqualTo(1);
      assertThat(log.append(Entry.of(Event.CALL_OUTCOME).with(Field.REF, 1))).isEqualTo(2);
    }
    try (AuditLog log = AuditLog.open(folder.resolve("audit"), options)) {
      assertThat(log.append(Entry.of(Event.CALL_INTENT))).isEqualTo(3);
    }
    List<String> lines = Files.readAllLines(folder.resolve("audit/log/00000000000000000000.jsonl"));
    assertThat(lines).hasSize(4);
  }

  @Test
  void aThreadThatIsLentWritesWhatItHandedInBeforeItGoesOn() throws Exception {
    try (AuditLog log = AuditLog.open(folder.resolve("audit"), SampleLog.options())) {
      log.lend();
      List<Receipt> told = new CopyOnWriteArrayList<>();
      for (int i = 1; i <= 3; i++) {
        log.submit(Entry.of(Event.CALL_INTENT), told::add);
        while (log.hasWaiting()) {
          log.write();
        }
      }
      long last = log.append(Entry.of(Event.CALL_INTENT)); // behind whoever wrote the others
      assertThat(last).isEqualTo(4);
      assertThat(told)
          .containsExactly(new Receipt.Durable(1), new Receipt.Durable(2), new Receipt.Durable(3));
    }
  }

  /** Each of them is written with the next one; that must not put off the first one for ever. */
  @Test
  void aRecordThatNobodyWaitsForIsDurableHoweverManyFollow() throws Exception {
    AuditOptions options = SampleLog.options();
    Path directory = folder.resolve("audit");
    Writing writing = new Writing(directory, options, null, () -> {});
    List<Receipt> told = new ArrayList<>();
    writing.write(List.of(unawaited(options, told)));
    long written = System.nanoTime();
    writing.write(List.of(unawaited(options, told)));
    assertThat(told).isEmpty();
    writing.upkeep(written + Writing.FLUSH);
    assertThat(told).containsExactly(new Receipt.Durable(1), new Receipt.Durable(2));
    writing.finish();
  }

  private static Pending unawaited(AuditOptions options, List<Receipt> told) {
    Moment now = Moment.now(options.clock());
    Entry entry = Entry.of(Event.CALL_OUTCOME);
    return new Pending(entry, now, entry.rest(now, options.context().values()), false, told::add);
  }

  /** Also what is handed in while the last thread that looks at the queue is about to end. */
  @Test
  void everybodyIsToldHoweverTheLogIsClosed() throws Exception {
    for (int round = 0; round < 20; round++) {
      AuditLog log = AuditLog.open(folder.resolve("audit"), SampleLog.options());
      CountDownLatch told = new CountDownLatch(1);
      Thread caller =
          Thread.ofPlatform()
              .start(
                  () -> {
                    Receipt last = new Receipt.Durable(0);
                    while (last instanceof Receipt.Durable) {
                      CompletableFuture<Receipt> receipt = new CompletableFuture<>();
                      log.submit(Entry.of(Event.CALL_OUTCOME), receipt::complete);
                      log.submit(Entry.of(Event.CALL_INTENT), _ -> told.countDown());
                      last = receipt.join();
                    }
                  });
      told.await();
      log.close();
      caller.join();
    }
  }

  /** Longer than whoever must be quick waits; then the directory is the caller's again. */
  @Test
  void closeIsCompleteHoweverLongItTakes() throws Exception {
    AuditLog log = AuditLog.open(folder.resolve("audit"), SampleLog.options());
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    log.submit(
        Entry.of(Event.CALL_INTENT),
        receipt -> {
          reached.countDown();
          hold(held);
        });
    reached.await();
    log.close(Duration.ofMillis(1));
    Thread closing = Thread.ofPlatform().start(log::close);
    assertThat(closing.join(Duration.ofMillis(500))).isFalse();
    held.countDown();
    closing.join();
    AuditReport report = AuditVerifier.withoutKey().verify(folder.resolve("audit"));
    assertThat(report.records()).isEqualTo(2);
    assertThat(report.signed()).isEqualTo(2);
  }

  @Test
  void nothingIsWrittenOnceTheSignerIsClosed() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    Path latest = Files.createDirectory(folder.resolve("checkpoints")).resolve("latest");
    Signer signer =
        new Signer(
            latest,
            () -> {
              reached.countDown();
              hold(held);
            });
    Moment now = Moment.now(Clock.systemUTC());
    State state = State.found(new Digests(), Epoch.begin(0, 0, now, new byte[32]));
    for (int i = 0; i < 2; i++) {
      signer.sign(state.logId, state.identity, state.epoch, new Frontier(), 0);
    }
    reached.await();
    Thread closing = Thread.ofPlatform().start(signer::close);
    assertThat(closing.join(Duration.ofMillis(300))).isFalse();
    held.countDown();
    closing.join();
    assertThat(latest.getParent()).isEmptyDirectory();
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
