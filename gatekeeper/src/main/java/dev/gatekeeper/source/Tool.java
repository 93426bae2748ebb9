package dev.gatekeeper.source;

import dev.gatekeeper.kernel.Child;
import dev.gatekeeper.kernel.Exit;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.kernel.KernelException;
import dev.gatekeeper.kernel.ProcessLabel;
import dev.gatekeeper.kernel.Processes;
import dev.gatekeeper.kernel.Signal;
import dev.gatekeeper.kernel.SpawnRequest;
import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import dev.gatekeeper.source.Answer.End;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of a program that gives a secret: in a session of its own, without input and without a
 * terminal, in the root directory, so that no file of a repository is its configuration; with the
 * variables that it is given and no other; with a deadline, after which it and what it started are
 * killed; with bounded output, of which nothing is logged.
 */
final class Tool {
  /** A value of 64 KiB as JSON that escapes each byte. */
  private static final int MAX_OUTPUT = 512 << 10;

  private static final int MAX_ERRORS = 64 << 10; // a stack trace

  /** What it wrote is in the pipe when it ends; a loaded machine reads late. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final int KILLS = 100; // of processes that start others meanwhile
  private static final long PAUSE_MILLIS = 5;

  private static final Exit KILLED =
      new Exit(OptionalInt.empty(), OptionalInt.of(Signal.KILL.number()));

  private Tool() {}

  /**
   * Runs it to its end.
   *
   * @param program absolute
   * @param arguments without the program
   * @throws KernelException where it cannot be started
   */
  static Answer ask(
      Path program, List<String> arguments, Map<String, String> environment, Duration deadline)
      throws KernelException {
    List<String> argv = new ArrayList<>(List.of(program.toString()));
    argv.addAll(arguments);
    List<byte[]> block =
        environment.entrySet().stream()
            .map(variable -> variable.getKey() + "=" + variable.getValue())
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();
    ProcessLabel label = ProcessLabel.ofNewSession().launch(1);
    Child child =
        Kernel.spawn(
            new SpawnRequest(
                program,
                argv,
                block,
                Path.of("/"),
                true,
                Stdio.NULL,
                Stdio.PIPE,
                Stdio.PIPE,
                Optional.of(label)));
    return answer(child, label, deadline);
  }

  private static Answer answer(Child child, ProcessLabel label, Duration deadline) {
    CompletableFuture<End> ended = new CompletableFuture<>();
    Runnable tooMuch = () -> ended.complete(End.TOO_MUCH);
    End end = End.INTERRUPTED;
    try (Capture output = new Capture(child.stdout(), MAX_OUTPUT, tooMuch, "output");
        Capture errors = new Capture(child.stderr(), MAX_ERRORS, tooMuch, "errors")) {
      child.onExit(() -> ended.complete(End.EXITED));
      try {
        end = await(ended, deadline);
        if (end == End.EXITED) {
          end = atTheEnd(output, errors);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        kill(child, label, end);
        child.abandon();
        awaitReaders(output, errors);
        child.release();
      }
      return new Answer(end, status(child), output.copy(), errors.copy());
    }
  }

  /** The process is gone; what it wrote may not be, and others may go on writing. */
  private static End atTheEnd(Capture output, Capture errors) throws InterruptedException {
    if (!output.ended(GRACE) || !errors.ended(GRACE)) {
      return End.HELD_OPEN;
    }
    return output.isWhole() && errors.isWhole() ? End.EXITED : End.TOO_MUCH;
  }

  private static End await(CompletableFuture<End> ended, Duration deadline)
      throws InterruptedException {
    try {
      return ended.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return End.TIMEOUT;
    } catch (ExecutionException e) {
      throw new AssertionError("nobody completes it with a fault", e);
    }
  }

  private static void awaitReaders(Capture output, Capture errors) {
    boolean interrupted = false;
    while (true) {
      try {
        output.ended(Duration.ofDays(1));
        errors.ended(Duration.ofDays(1));
        break;
      } catch (InterruptedException e) {
        interrupted = true; // they end at once, see Child.abandon
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static int status(Child child) {
    Exit exit = child.exit().getNow(KILLED);
    return exit.code().orElseGet(() -> 128 + exit.signal().orElse(0));
  }

  /**
   * Its group always. After a run that failed also what has left the group; after one that did not,
   * that is an agent such as gpg's, which is meant to stay.
   */
  private static void kill(Child child, ProcessLabel label, End end) {
    Signal.KILL.toGroup(child.pid());
    if (end == End.EXITED) {
      return;
    }
    for (int i = 0; i < KILLS; i++) {
      List<Processes.Member> left = Processes.labelled(label::equals);
      if (left.isEmpty()) {
        return;
      }
      left.forEach(member -> Processes.signal(member, Signal.KILL));
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
