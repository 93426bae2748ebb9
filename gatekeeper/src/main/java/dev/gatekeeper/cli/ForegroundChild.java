package dev.gatekeeper.cli;

import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.kernel.Child;
import dev.gatekeeper.kernel.Exit;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.kernel.KernelException;
import dev.gatekeeper.kernel.KeyboardSignals;
import dev.gatekeeper.kernel.PassedSignals;
import dev.gatekeeper.kernel.SpawnRequest;
import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import dev.gatekeeper.redaction.Findings;
import dev.gatekeeper.redaction.Redactor;
import java.io.FileInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * One program in the foreground: in our session and group, so that the terminal is its own and its
 * keys reach it; with our standard input; with its output masked on the way to ours.
 */
final class ForegroundChild {
  /** After the child ended, what it left running may hold its output open. */
  private static final Duration OUTPUT_GRACE = Duration.ofSeconds(1);

  /** Between being asked to end and being ended. */
  private static final Duration END_GRACE = Duration.ofSeconds(1);

  private static final int CHUNK = 64 << 10; // what a pipe holds

  private final Child child;
  private final List<Thread> pumps;
  private final Optional<KeyboardSignals> keys;
  private final PassedSignals ends;

  private ForegroundChild(
      Child child, List<Thread> pumps, Optional<KeyboardSignals> keys, PassedSignals ends) {
    this.child = child;
    this.pumps = pumps;
    this.keys = keys;
    this.ends = ends;
  }

  /**
   * Where its output goes: through us, for the sake of secrets in it. A program that has none keeps
   * the terminal, with colours and line editing.
   */
  @SuppressWarnings("SystemConsoleNull") // in JDK 25 it is null again where there is no terminal
  static Stdio output(boolean secrets) {
    java.io.Console terminal = System.console();
    boolean interactive = terminal != null && terminal.isTerminal();
    return interactive && !secrets ? Stdio.INHERIT : Stdio.PIPE;
  }

  static ForegroundChild start(
      SpawnRequest request, Redactor redactor, Findings findings, Console console)
      throws KernelException {
    // Before the child runs: a key that is pressed at once is the child's, too, and so is a TERM.
    boolean keyboard = hasTerminal();
    Optional<KeyboardSignals> keys =
        keyboard ? Optional.of(KeyboardSignals.leftToTheChild()) : Optional.empty();
    PassedSignals ends = PassedSignals.hold(!keyboard);
    try {
      Child child = Kernel.spawn(request);
      ends.to(child.pid());
      return new ForegroundChild(
          child,
          List.of(
              pump(child.stdout(), masking(redactor, findings, console.standardOutput()), "stdout"),
              pump(child.stderr(), masking(redactor, findings, console.err()), "stderr")),
          keys,
          ends);
    } catch (KernelException e) {
      ends.close();
      keys.ifPresent(KeyboardSignals::close);
      throw e;
    }
  }

  /** Whether a terminal is ours, whatever our streams are: its keys signal our whole group. */
  private static boolean hasTerminal() {
    try (FileInputStream terminal = new FileInputStream("/dev/tty")) {
      return terminal.getFD().valid();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits for the end. Meanwhile the keys that interrupt are the child's, and what would end us is
   * passed on: we end when it does.
   *
   * @param atTheEnd told the status, before the signals mean us again
   * @return its exit code, or 128 and the signal that ended it, as a shell says it
   */
  int await(IntConsumer atTheEnd) {
    try (ends) {
      int status = status();
      atTheEnd.accept(status);
      return status;
    } finally {
      keys.ifPresent(KeyboardSignals::close);
    }
  }

  /** Ends it, with what it has started: asked, and a second later not asked any more. */
  void end() {
    Thread.ofPlatform()
        .daemon()
        .name("run-end")
        .start(
            () -> {
              List<ProcessHandle> all =
                  ProcessHandle.of(child.pid()).stream()
                      .flatMap(top -> Stream.concat(Stream.of(top), top.descendants()))
                      .toList();
              all.forEach(ProcessHandle::destroy);
              try {
                child.exit().get(END_GRACE.toMillis(), TimeUnit.MILLISECONDS);
              } catch (TimeoutException | ExecutionException e) {
                // It had its second.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              all.forEach(ProcessHandle::destroyForcibly);
            });
  }

  private int status() {
    Exit exit = child.exit().join();
    drain();
    return exit.code().orElseGet(() -> 128 + exit.signal().orElse(0));
  }

  private void drain() {
    try {
      for (Thread pump : pumps) {
        if (!pump.join(OUTPUT_GRACE)) {
          child.abandon();
          pump.join();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What masks for one child is closed with it; our own stream is not. */
  private static OutputStream masking(Redactor redactor, Findings findings, OutputStream ours) {
    return redactor.masking(
        new FilterOutputStream(ours) {
          @Override
          public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
          }

          @Override
          public void close() throws IOException {
            out.flush();
          }
        },
        findings);
  }

  private static Thread pump(InputStream from, OutputStream masked, String name) {
    return Thread.ofPlatform().daemon().name("run-" + name).start(() -> copy(from, masked));
  }

  private static void copy(InputStream from, OutputStream masked) {
    byte[] chunk = new byte[CHUNK];
    // Closed, not flushed: what might have become a secret is held back, and is nothing but text
    // now.
    try (masked;
        from) {
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        masked.write(chunk, 0, count);
      }
    } catch (IOException e) {
      return; // whoever read our output is gone; the child learns it by its own closed pipe
    }
  }
}
