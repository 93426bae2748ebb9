package dev.gatekeeper.downstream;

import dev.gatekeeper.downstream.Ended.Cause;
import dev.gatekeeper.kernel.Child;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.kernel.KernelException;
import dev.gatekeeper.kernel.ProcessLabel;
import dev.gatekeeper.kernel.Processes;
import dev.gatekeeper.kernel.SpawnRequest;
import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Knows every server of one session, and ends them with it: when asked to ({@link #endAll}), and
 * when we are killed. For the latter a small shell process, started before the first server, holds
 * the other end of a pipe; it has its own session, no variable and no stream of the agent's, and
 * ignores all signals that can be ignored. Thread-safe.
 *
 * <p>In a shutdown hook: {@code endAll(300 ms)}, then close the log. The agent kills us some 500 ms
 * after its first signal.
 */
public final class Watchdog implements AutoCloseable {
  /** What {@link #close} gives the servers. */
  public static final Duration LAST_MOMENT = Duration.ofMillis(300);

  /** A shell that died is replaced so often between two launches: then something is wrong. */
  private static final int REPLACEMENTS = 5;

  private final ProcessLabel session = ProcessLabel.ofNewSession();
  private final Set<StdioProcess> servers = new LinkedHashSet<>();
  private @Nullable Child shell;
  private int launches;
  private int replacements;
  private int starting;
  private boolean ending;

  /** A session without servers. Costs nothing until the first one starts. */
  public Watchdog() {}

  /**
   * The label for a launch, now that the shell watches. Either {@link #add} or {@link #refused}
   * follows.
   */
  synchronized ProcessLabel admit() throws LaunchException {
    if (ending) {
      throw new LaunchException("the session is ending");
    }
    replacements = 0;
    if (shell == null) {
      startShell();
    }
    starting++;
    return session.launch(launches++);
  }

  /** False where the session has begun to end since {@link #admit}; it will be ended with it. */
  synchronized boolean add(StdioProcess server) {
    servers.add(server);
    tell("+ " + server.pid());
    refused();
    return !ending;
  }

  /** No process came of the launch. */
  synchronized void refused() {
    starting--;
    notifyAll();
  }

  synchronized void remove(StdioProcess server) {
    if (servers.remove(server)) {
      tell("- " + server.pid());
    }
  }

  private void startShell() throws LaunchException {
    Path sh = Path.of("/bin/sh");
    List<String> argv =
        List.of(
            "sh",
            "-c",
            script(),
            "gatekeeper-watchdog",
            Processes.labelsWork() ? Long.toString(session.session()) : "");
    Child child;
    try {
      child =
          Kernel.spawn(
              new SpawnRequest(
                  sh,
                  argv,
                  List.of(),
                  Path.of("/"),
                  true,
                  Stdio.PIPE,
                  Stdio.NULL,
                  Stdio.NULL,
                  Optional.empty()));
    } catch (KernelException e) {
      throw new LaunchException(
          "no server is started without a watchdog, and " + sh + " cannot run: " + e.getMessage());
    }
    shell = child;
    servers.forEach(server -> tell("+ " + server.pid()));
    child.onExit(
        () -> Thread.ofPlatform().daemon().name("watchdog").start(() -> shellEnded(child)));
  }

  private synchronized void shellEnded(Child dead) {
    release(dead);
    if (shell != dead) {
      return;
    }
    shell = null;
    if (!ending && !servers.isEmpty() && replacements++ < REPLACEMENTS) {
      try {
        startShell();
      } catch (LaunchException e) {
        // The next launch tries again and says so.
        shell = null;
      }
    }
  }

  private static void release(Child child) {
    try {
      child.stdin().close();
    } catch (IOException e) {
      throw new AssertionError("closing our end of a pipe", e);
    }
    child.release();
  }

  private void tell(String line) {
    Child told = shell;
    if (told != null) {
      try {
        told.stdin().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // It is dead; shellEnded sees to that.
      }
    }
  }

  private static String script() {
    try (InputStream in = Watchdog.class.getResourceAsStream("watchdog.sh")) {
      if (in == null) {
        throw new AssertionError("watchdog.sh is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Ends every server, all at once, and refuses new ones from now on; the shell goes too, unless
   * something is left for it to end. Returns when all are gone and their listeners told, or soon
   * after {@code budget}.
   */
  public void endAll(Duration budget) {
    long begin = System.nanoTime();
    try {
      List<StdioProcess> all = lastServers(budget.dividedBy(4));
      List<StdioProcess> mine = all.stream().filter(server -> server.begin(Cause.STOPPED)).toList();
      new Ending(mine, budget.minusNanos(System.nanoTime() - begin), Duration.ZERO).run();
      for (StdioProcess server : mine) {
        server.finishSoon();
      }
      for (StdioProcess server : all) {
        server.awaitGone(budget.minusNanos(System.nanoTime() - begin));
      }
      if (shellPid().isPresent()) {
        sayFarewell();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes the door, and waits for those that are in it: a start takes a few milliseconds. */
  private synchronized List<StdioProcess> lastServers(Duration atMost) throws InterruptedException {
    ending = true;
    long deadline = System.nanoTime() + atMost.toNanos();
    long left = atMost.toMillis();
    while (starting > 0 && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    return List.copyOf(servers);
  }

  /** The shell's process id, while it runs. */
  synchronized OptionalLong shellPid() {
    return shell == null ? OptionalLong.empty() : OptionalLong.of(shell.pid());
  }

  /** {@link #endAll} within {@link #LAST_MOMENT}. */
  @Override
  public void close() {
    endAll(LAST_MOMENT);
  }

  /** Without a farewell the shell ends what is left, once we are gone. */
  private void sayFarewell() {
    boolean nothingLeft = Processes.labelled(one -> one.session() == session.session()).isEmpty();
    synchronized (this) {
      if (nothingLeft && starting == 0 && servers.isEmpty()) {
        tell("bye");
      }
    }
  }
}
