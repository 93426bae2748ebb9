package dev.gatekeeper.downstream;

import dev.gatekeeper.downstream.Ended.Cause;
import dev.gatekeeper.kernel.Child;
import dev.gatekeeper.kernel.Exit;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.kernel.KernelException;
import dev.gatekeeper.kernel.ProcessLabel;
import dev.gatekeeper.kernel.SpawnRequest;
import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import dev.gatekeeper.wire.FrameQueue;
import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.FrameWriter;
import dev.gatekeeper.wire.Incoming;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A running server that speaks newline-delimited JSON-RPC on its stdin and stdout. Thread-safe; no
 * method but {@link #start} and {@link #stop} waits.
 *
 * <p>Three threads serve it: one reads stdout, one reads stderr, one writes stdin from a bounded
 * queue. A fourth comes at the end. The end begins once, at whichever of these is first: the
 * process ends, closes its stdout (it can answer nothing more), turns out to have closed its stdin,
 * or is to be stopped. Then {@link Ending} ends the whole tree; what had been written before is
 * still read; a stream that some process out of our reach holds open is given up; and {@link
 * DownstreamListener#ended} is called.
 */
public final class StdioProcess implements Downstream {
  /** Longer lines of stderr are cut: enough for any message, too little to flood a log. */
  public static final int LOG_LINE_BYTES = 8 * 1024;

  /** A thousand requests in flight and their cancellations fit. */
  static final int QUEUED_FRAMES = 4096;

  /** Two messages of the largest size fit. */
  private static final long QUEUED_BYTES = 128L << 20;

  /** From the beginning of an end that nobody asked for to the last SIGKILL. */
  private static final Duration GRACE = Duration.ofMillis(400);

  /** {@link Ended} says that nothing is left: so long it is worth waiting for that to be true. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** An exit closes the streams a moment before the process is reaped: that is no closed stream. */
  private static final long EXIT_BEHIND_CLOSE_MILLIS = 100;

  /** For reading what is left in the pipes once the tree is gone. */
  private static final long DRAIN_MILLIS = 200;

  private final LaunchSpec spec;
  private final ProcessLabel label;
  private final Child child;
  private final DownstreamListener listener;
  private final Watchdog watchdog;
  private final FrameQueue queue;
  private final long started = System.nanoTime();
  private final AtomicLong notJson = new AtomicLong();
  private final AtomicReference<@Nullable Cause> cause = new AtomicReference<>();
  private final CompletableFuture<Ended> gone = new CompletableFuture<>();
  private final List<Thread> threads = new ArrayList<>();

  private StdioProcess(
      LaunchSpec spec,
      ProcessLabel label,
      Child child,
      DownstreamListener listener,
      Watchdog watchdog) {
    this.spec = spec;
    this.label = label;
    this.child = child;
    this.listener = listener;
    this.watchdog = watchdog;
    FrameWriter writer = new FrameWriter(child.stdin());
    writer.room(child.stdinRoom());
    this.queue = new FrameQueue(writer, QUEUED_FRAMES, QUEUED_BYTES);
  }

  /**
   * Starts the server: in its own session, in the given directory, with the given variables and
   * descriptors 0, 1, 2 and nothing else. The listener hears of it from now on, possibly before the
   * return. Returns when the program runs; that it works is seen later.
   */
  public static StdioProcess start(LaunchSpec spec, DownstreamListener listener, Watchdog watchdog)
      throws LaunchException {
    ProcessLabel label = watchdog.admit();
    Optional<Child> child = Optional.empty();
    try {
      child = Optional.of(spawn(spec, label));
    } finally {
      if (child.isEmpty()) {
        watchdog.refused();
      }
    }
    StdioProcess process = new StdioProcess(spec, label, child.get(), listener, watchdog);
    boolean admitted = watchdog.add(process);
    process.thread("stderr", process::readLog);
    process.thread("stdin", process::write);
    process.thread("stdout", process::read);
    process.threads.forEach(Thread::start);
    process.child.onExit(() -> process.endBecause(Cause.EXITED));
    if (!admitted) {
      process.stop(GRACE);
      throw new LaunchException("the session is ending");
    }
    return process;
  }

  private static Child spawn(LaunchSpec spec, ProcessLabel label) throws LaunchException {
    List<String> argv = new ArrayList<>(List.of(spec.program().toString()));
    argv.addAll(spec.arguments());
    try {
      return Kernel.spawn(
          new SpawnRequest(
              spec.program(),
              argv,
              spec.environment(),
              spec.directory(),
              true,
              Stdio.PIPE,
              Stdio.PIPE,
              Stdio.PIPE,
              Optional.of(label)));
    } catch (KernelException e) {
      throw new LaunchException(why(spec, e));
    } catch (IllegalArgumentException e) {
      throw new LaunchException("an argument or a variable of the server holds a NUL character");
    }
  }

  private static String why(LaunchSpec spec, KernelException refused) {
    if (!Files.isDirectory(spec.directory())) {
      return "working directory " + spec.directory() + " does not exist";
    }
    String program = spec.program().toString();
    return switch (refused.errno()) {
      case KernelException.ENOENT ->
          Files.exists(spec.program())
              ? program + " cannot run: the interpreter that it names does not exist"
              : program + " does not exist";
      case KernelException.EACCES ->
          program + " may not be executed: it, its interpreter or a directory above forbids it";
      case KernelException.ENOEXEC ->
          program + " is not a program for this machine, and has no #! line";
      case KernelException.E2BIG ->
          "arguments and variables of the server are longer than this system allows";
      default -> program + " could not be started: " + refused.getMessage();
    };
  }

  private void thread(String stream, Runnable body) {
    threads.add(Thread.ofPlatform().daemon().name(spec.name() + "-" + stream).unstarted(body));
  }

  private void read() {
    try (InputStream stdout = child.stdout()) {
      FrameReader reader = new FrameReader(stdout, spec.limits());
      for (Incoming frame = reader.next();
          !(frame instanceof Incoming.End);
          frame = reader.next()) {
        if (!(frame instanceof Incoming.NotJson stray)) {
          frame.under(listener.revision()).forEach(listener::received);
        } else if (notJson.getAndIncrement() == 0) {
          remark(
              ("wrote a line of %d bytes on stdout that is no JSON-RPC message;"
                      + " such lines are set aside")
                  .formatted(stray.length()));
        }
      }
    } catch (IOException e) {
      remark("stdout cannot be read any more");
    } finally {
      // Also where the listener threw: a server that nobody reads would hang for ever.
      endUnlessExiting(Cause.STDOUT_CLOSED);
    }
  }

  private void readLog() {
    try (InputStream stderr = child.stderr()) {
      new LogLines(listener::log, System::nanoTime).drain(stderr);
    } catch (IOException e) {
      remark("stderr cannot be read any more");
    }
  }

  private void write() {
    try (OutputStream _ = child.stdin()) {
      queue.drain();
    } catch (IOException e) {
      endUnlessExiting(Cause.STDIN_CLOSED);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a writer", e);
    }
  }

  private void remark(String text) {
    listener.log(text.getBytes(StandardCharsets.UTF_8));
  }

  private void endUnlessExiting(Cause why) {
    try {
      child.exit().get(EXIT_BEHIND_CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      endBecause(why);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private void endBecause(Cause why) {
    if (begin(why)) {
      endWith(new Ending(List.of(this), GRACE, PATIENCE));
    }
  }

  /** True for the one who has to see to the end. */
  boolean begin(Cause why) {
    return cause.compareAndSet(null, why);
  }

  private void endWith(Ending ending) {
    lastThread(
        () -> {
          ending.run();
          finish();
        });
  }

  /** After an {@link Ending} that somebody else ran. */
  void finishSoon() {
    lastThread(this::finish);
  }

  private interface Last {
    void run() throws InterruptedException;
  }

  private void lastThread(Last work) {
    Thread.ofPlatform()
        .daemon()
        .name(spec.name() + "-end")
        .start(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts an end", e);
              }
            });
  }

  /** Reads what is left, and tells. */
  private void finish() throws InterruptedException {
    queue.close();
    for (Thread thread : threads) {
      thread.join(DRAIN_MILLIS);
    }
    child.abandon();
    for (Thread thread : threads) {
      thread.join();
    }
    child.release();
    Optional<Exit> exit = Optional.ofNullable(child.exit().getNow(null));
    Ended ended =
        new Ended.OfProcess(
            Objects.requireNonNull(cause.get()),
            exit.map(Exit::code).orElse(OptionalInt.empty()),
            exit.map(Exit::signal).orElse(OptionalInt.empty()),
            notJson.get(),
            Duration.ofNanos(System.nanoTime() - started));
    watchdog.remove(this);
    try {
      listener.ended(ended);
    } finally {
      gone.complete(ended);
    }
  }

  @Override
  public boolean offer(byte[] frame) {
    return queue.offer(frame);
  }

  @Override
  public boolean offerFirst(byte[] frame) {
    return queue.offerUrgent(frame);
  }

  @Override
  public boolean withdraw(byte[] frame) {
    return queue.withdraw(frame);
  }

  /** Its answer is dropped when it comes. */
  @Override
  public void forget(byte[] id) {}

  /** The server and every process that it started, see {@link Ending}. */
  @Override
  public void stop(Duration grace) {
    if (begin(Cause.STOPPED)) {
      endWith(new Ending(List.of(this), grace, PATIENCE));
    }
    if (!threads.contains(Thread.currentThread())) {
      awaitGone(grace.plusMillis(2 * DRAIN_MILLIS));
    }
  }

  /** True when the server is gone, and the listener told, within the given time. */
  boolean awaitGone(Duration atMost) {
    try {
      gone.get(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Forgets what is queued, and closes stdin unless the writer is stuck in it. */
  void closeInput() {
    queue.close();
  }

  CompletableFuture<Exit> exit() {
    return child.exit();
  }

  ProcessLabel label() {
    return label;
  }

  @Override
  public String describe() {
    return "pid " + pid();
  }

  /** The server's process id, which is its group's and its session's too. */
  public long pid() {
    return child.pid();
  }
}
