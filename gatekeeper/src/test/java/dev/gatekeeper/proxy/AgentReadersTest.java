package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.WireLimits;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AgentReadersTest {
  private static final byte[] PING =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  /** Whoever of the two reads: a call may not overtake the cancellation of the one before it. */
  @Test
  void messagesAreGivenInTheirOrderWhoeverReads() throws Exception {
    AuditContext context = new AuditContext();
    List<Integer> given = new CopyOnWriteArrayList<>();
    List<String> threads = new CopyOnWriteArrayList<>();
    try (AuditLog log = AuditLog.open(directory.resolve("audit"), AuditOptions.of(context));
        PipedInputStream in = new PipedInputStream()) {
      PipedOutputStream agent = new PipedOutputStream(in);
      AtomicInteger busy = new AtomicInteger();
      AgentReaders readers =
          new AgentReaders(
              new FrameReader(in, WireLimits.DEFAULT),
              new Journal(log, context, new Redactor()),
              message -> {
                assertThat(busy.getAndIncrement()).isZero();
                threads.add(Thread.currentThread().getName());
                log.submit(Entry.of(Event.CALL_INTENT), receipt -> {});
                given.add(((Incoming.NotJson) message).length());
                busy.decrementAndGet();
              });
      FutureTask<?> over = started(readers);
      for (int i = 1; i <= 300; i++) {
        agent.write("#".repeat(i).concat("\n").getBytes(StandardCharsets.UTF_8));
        agent.flush();
        while (i % 3 == 0 && given.size() < i) {
          Thread.sleep(1); // who has nothing more to read writes, and the other one reads on
        }
      }
      agent.close();
      over.get();
    }
    assertThat(given).isEqualTo(IntStream.rangeClosed(1, 300).boxed().toList());
    assertThat(threads).contains("gatekeeper-agent-reader-1", "gatekeeper-agent-reader-2");
  }

  /** Whatever the record waits for: a lock, the disk, a server's pipe. */
  @Test
  void theNextMessageIsReadWhileARecordIsWritten() throws Exception {
    AuditContext context = new AuditContext();
    Semaphore read = new Semaphore(0);
    AtomicBoolean first = new AtomicBoolean(true);
    CountDownLatch goOn = new CountDownLatch(1);
    try (AuditLog log = AuditLog.open(directory.resolve("audit"), AuditOptions.of(context));
        PipedInputStream in = new PipedInputStream()) {
      PipedOutputStream agent = new PipedOutputStream(in);
      AgentReaders readers =
          new AgentReaders(
              new FrameReader(in, WireLimits.DEFAULT),
              new Journal(log, context, new Redactor()),
              message -> {
                if (first.getAndSet(false)) {
                  log.submit(Entry.of(Event.CALL_INTENT), receipt -> await(goOn));
                }
                read.release();
              });
      FutureTask<?> over = started(readers);
      agent.write(PING);
      agent.flush();
      read.acquire();
      agent.write(PING);
      agent.flush();
      read.acquire();
      agent.close();
      over.get();
      goOn.countDown();
    }
    assertThat(AuditVerifier.withoutKey().verify(directory.resolve("audit")).records())
        .isEqualTo(2);
  }

  private static FutureTask<?> started(AgentReaders readers) {
    FutureTask<?> over =
        new FutureTask<>(
            () -> {
              readers.run();
              return true;
            });
    Thread.ofPlatform().start(over);
    return over;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a reader", e);
    }
  }
}
