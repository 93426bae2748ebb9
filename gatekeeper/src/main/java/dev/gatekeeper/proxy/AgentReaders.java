package dev.gatekeeper.proxy;

import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.Incoming;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two threads that take turns to read the agent's messages, one at a time and in their order. Who
 * has read a call writes its record and hands it to the server, while the other one reads on: the
 * call waits for no other thread of ours, and the agent's next message for no disk.
 */
final class AgentReaders {
  private final FrameReader in;
  private final Journal journal;
  private final Consumer<Incoming> received;
  private final ReentrantLock reading = new ReentrantLock();

  /** What ended it; null for the end of the stream. */
  private final CompletableFuture<@Nullable Throwable> over = new CompletableFuture<>();

  /**
   * @param received gets each message but the end; on the reading threads, which nobody interrupts
   */
  AgentReaders(FrameReader in, Journal journal, Consumer<Incoming> received) {
    this.in = in;
    this.journal = journal;
    this.received = received;
  }

  /**
   * Waits for the end of the stream, and for no record that is still being written.
   *
   * @throws IOException when it cannot be read
   */
  void run() throws IOException {
    for (int i = 1; i <= 2; i++) {
      Thread.ofPlatform().daemon().name("gatekeeper-agent-reader-" + i).start(this::read);
    }
    Throwable fault = over.join();
    if (fault instanceof IOException unread) {
      throw unread;
    }
    if (fault instanceof RuntimeException bug) {
      throw bug;
    }
    if (fault instanceof Error bug) {
      throw bug;
    }
  }

  private void read() {
    journal.lend();
    reading.lock();
    try {
      while (!over.isDone()) {
        Incoming incoming = in.next();
        if (incoming instanceof Incoming.End) {
          over.complete(null);
        } else {
          received.accept(incoming);
        }
        if (journal.hasWaiting()) {
          write();
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      over.complete(e);
    } finally {
      reading.unlock();
    }
  }

  private void write() {
    if (in.isReady()) {
      journal.wake(); // while calls are read one after the other, the log's own thread is quicker
      return;
    }
    reading.unlock();
    try {
      journal.write();
    } finally {
      reading.lock();
    }
  }
}
