package dev.gatekeeper.kernel;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * A process that we started. Each stream is there if it was asked for as a pipe, and empty or
 * discarding otherwise; each is for one thread, which closes it when done.
 */
public final class Child {
  private final long pid;
  private final OutputStream stdin;
  private final InputStream stdout;
  private final InputStream stderr;
  private final Wake wake;
  private final CompletableFuture<Exit> exit = new CompletableFuture<>();

  Child(long pid, OutputStream stdin, InputStream stdout, InputStream stderr, Wake wake) {
    this.pid = pid;
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.wake = wake;
  }

  /** Its process id, and its group's and session's too where it has its own. */
  public long pid() {
    return pid;
  }

  /** Writes wait while the pipe is full. */
  public OutputStream stdin() {
    return stdin;
  }

  /** Whether {@link #stdin} would take a small write without waiting, see {@link Room}. */
  public BooleanSupplier stdinRoom() {
    return stdin instanceof PipeOutput pipe ? pipe.room() : () -> false;
  }

  /** Ends when every process that holds the other end has closed it. */
  public InputStream stdout() {
    return stdout;
  }

  /** As {@link #stdout}. */
  public InputStream stderr() {
    return stderr;
  }

  /** Completes, on the reaper's thread, when the process has ended and is reaped. */
  public CompletableFuture<Exit> exit() {
    return exit;
  }

  /** Runs {@code then}, which must be short, as soon as {@link #exit} is complete. */
  public void onExit(Runnable then) {
    CompletableFuture<Void> ignored = exit.thenRun(then);
  }

  /**
   * Ends every wait on the streams, now and later: reads see the end of the stream, writes fail.
   * For the case that a process which we cannot find holds the other end.
   */
  public void abandon() {
    wake.call();
  }

  /** Gives the last descriptor back, once no thread uses a stream any more. */
  public void release() {
    wake.close();
  }
}
