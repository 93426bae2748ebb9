package dev.gatekeeper.downstream;

import static dev.gatekeeper.downstream.Recording.shell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.kernel.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
final class WatchdogTest {
  /** A stubborn server: it, its child and its daemon ignore every signal that can be ignored. */
  private static final String STUBBORN =
      "PATH=/usr/bin:/bin; trap '' HUP INT QUIT TERM; "
          + "(setsid sh -c 'sleep 1000 <&- >&- 2>&- & echo $! >&2' &); "
          + "sleep 1000 & echo $! >&2; echo $$ >&2; while :; do sleep 0.05; done";

  /**
   * A session in a process of its own. A shell that runs this test in the background has it ignore
   * SIGINT, and what is ignored stays so across exec: the session starts with the defaults.
   */
  static Process session(String script, String... wrapper) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Tools.require("env").toString(), "--default-signal=HUP,INT,QUIT,TERM"));
    command.addAll(List.of(wrapper));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SessionMain.class.getName(),
            script));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @ParameterizedTest
  @EnumSource(names = {"END_OF_INPUT", "KILL"})
  void endsTheGroupWhereLabelsDoNotWork(Way way) throws Exception {
    String prlimit = Tools.require("prlimit").toString();
    Process session =
        session(
            "PATH=/usr/bin:/bin; trap '' HUP INT QUIT TERM; sleep 1000 & echo $! >&2; "
                + "echo $$ >&2; while :; do sleep 0.05; done",
            prlimit,
            "--locks=100:100");
    endAndAwait(session, way, 2);
  }

  /** The way out of a session. */
  enum Way {
    END_OF_INPUT,
    HUP,
    INT,
    TERM,
    KILL
  }

  @ParameterizedTest
  @EnumSource
  void nothingSurvivesTheSession(Way way) throws Exception {
    Tools.require("setsid");
    endAndAwait(session(STUBBORN), way, 3);
  }

  /** The session's servers first say the ids of so many processes. */
  private static void endAndAwait(Process session, Way way, int processes) throws Exception {
    BufferedReader out = session.inputReader(StandardCharsets.UTF_8);
    List<Long> pids = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      pids.add(Long.parseLong(out.readLine()));
    }
    switch (way) {
      case END_OF_INPUT -> session.outputWriter().close();
      case HUP -> Signal.HUP.to(session.pid());
      case INT -> Signal.INT.to(session.pid());
      case TERM -> Signal.TERM.to(session.pid());
      case KILL -> Signal.KILL.to(session.pid());
    }
    assertThat(out.readLine()).as("nobody else holds our stdout").isNull();
    assertThat(session.waitFor(Recording.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    for (long pid : pids) {
      Alive.awaitGone(pid);
    }
  }

  @Test
  void theShellHasNothingOfOurs() throws Exception {
    try (Watchdog watchdog = new Watchdog()) {
      StdioProcess.start(shell("cat >/dev/null"), new Recording(), watchdog);
      Alive.awaitCommand(watchdog.shellPid().orElseThrow());
      Path shell = Path.of("/proc/" + watchdog.shellPid().orElseThrow());
      assertThat(Files.readString(shell.resolve("environ"))).isEmpty();
      assertThat(shell.resolve("cwd").toRealPath()).isEqualTo(Path.of("/"));
      try (Stream<Path> open = Files.list(shell.resolve("fd"))) {
        assertThat(open.map(one -> one.getFileName().toString()))
            .containsExactlyInAnyOrder("0", "1", "2");
      }
      assertThat(shell.resolve("fd/1").toRealPath()).isEqualTo(Path.of("/dev/null"));
      assertThat(shell.resolve("fd/2").toRealPath()).isEqualTo(Path.of("/dev/null"));
    }
  }

  @Test
  void theShellGoesWithTheSession() throws Exception {
    Watchdog watchdog = new Watchdog();
    StdioProcess.start(shell("cat >/dev/null"), new Recording(), watchdog);
    long shell = watchdog.shellPid().orElseThrow();
    watchdog.close();
    Alive.awaitReaped(shell);
  }

  @Test
  void aSessionWithoutServersStartsNoShell() {
    try (Watchdog watchdog = new Watchdog()) {
      watchdog.endAll(Duration.ofMillis(10));
      assertThat(watchdog.shellPid()).isEmpty();
    }
  }

  @Test
  void aShellThatWasKilledIsReplaced() throws Exception {
    try (Watchdog watchdog = new Watchdog()) {
      StdioProcess.start(shell("cat >/dev/null"), new Recording(), watchdog);
      long first = watchdog.shellPid().orElseThrow();
      Signal.KILL.to(first);
      Alive.awaitReaped(first);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Recording.PATIENCE_SECONDS);
      while (watchdog.shellPid().orElse(first) == first) {
        assertThat(System.nanoTime()).as("no new shell").isLessThan(deadline);
        Thread.sleep(5);
      }
    }
  }

  @Test
  void closingTwiceIsClosingOnce() {
    Watchdog watchdog = new Watchdog();
    watchdog.close();
    watchdog.close();
  }
}
