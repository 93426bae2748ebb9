package dev.gatekeeper.cli.console;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * How far a long command is, on standard error where that is a terminal. In a pipe it is silent,
 * and at its end nothing of it is left. For one thread.
 */
public final class Progress implements AutoCloseable {
  /** Nanoseconds before anything is said: what is quick needs no word. */
  private static final long PATIENCE = 500_000_000;

  /** Nanoseconds between two words. */
  private static final long PAUSE = 100_000_000;

  /** ECMA-48: to the beginning of the line, and erase to its end. */
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream err;
  private final boolean shown;
  private final LongSupplier nanos;
  private final String what;
  private long next;
  private boolean dirty;

  /**
   * @param shown whether {@code err} is a terminal
   * @param what what is done, in one word
   */
  Progress(PrintStream err, boolean shown, String what, LongSupplier nanos) {
    this.err = err;
    this.shown = shown;
    this.what = what;
    this.nanos = nanos;
    this.next = nanos.getAsLong() + PATIENCE;
  }

  /** So many of {@code total} units are done; without a total (0) there is only the count. */
  public void at(long done, long total, String unit) {
    if (!shown || nanos.getAsLong() - next < 0) {
      return;
    }
    next = nanos.getAsLong() + PAUSE;
    dirty = true;
    String far = total > 0 ? Math.min(100, 100 * done / total) + " %" : done + " " + unit;
    err.print(ERASE + "gatekeeper: " + what + ": " + far);
    err.flush();
  }

  @Override
  public void close() {
    if (dirty) {
      err.print(ERASE);
      err.flush();
    }
  }
}
