package dev.gatekeeper.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Leaves the keys that interrupt and quit to the foreground child, as system(3) does: the terminal
 * sends their signals to both of us, and what they mean is for the child to say. Only for a process
 * that waits for one child; children are spawned with every signal at its default.
 */
public final class KeyboardSignals implements AutoCloseable {
  private static final MemorySegment SIGNAL = Libc.require("signal");
  private static final long SIG_IGN = 1;
  private static final int SIGQUIT = 3;

  private final long interrupt;
  private final long quit;

  private KeyboardSignals() {
    interrupt = Libc.call(SIGNAL, Signal.INT.number(), SIG_IGN);
    quit = Libc.call(SIGNAL, SIGQUIT, SIG_IGN);
  }

  /** From now until {@link #close}. */
  public static KeyboardSignals leftToTheChild() {
    return new KeyboardSignals();
  }

  /** Handles them as before. */
  @Override
  public void close() {
    Libc.call(SIGNAL, Signal.INT.number(), interrupt);
    Libc.call(SIGNAL, SIGQUIT, quit);
  }
}
