package dev.gatekeeper.downstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Knows every server of one session, and ends them with it. Thread-safe. */
public final class Watchdog implements AutoCloseable {
  private final List<StdioProcess> running = new ArrayList<>();
  private boolean ending;

  /** A session without servers. Costs nothing until the first one starts. */
  public Watchdog() {}

  synchronized void add(StdioProcess process) throws LaunchException {
    if (ending) {
      throw new LaunchException("the session is ending");
    }
    running.add(process);
  }

  synchronized void remove(StdioProcess process) {
    running.remove(process);
  }

  /**
   * Ends every server, all at once, and refuses new ones from now on. Returns when all are gone, or
   * after {@code budget} at the latest.
   */
  public void endAll(Duration budget) {
    List<StdioProcess> all;
    synchronized (this) {
      ending = true;
      all = List.copyOf(running);
    }
    List<Thread> threads =
        all.stream().map(one -> Thread.ofPlatform().start(() -> one.stop(budget))).toList();
    for (Thread thread : threads) {
      try {
        thread.join(budget);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** {@link #endAll} within 300 ms. */
  @Override
  public void close() {
    endAll(Duration.ofMillis(300));
  }
}
