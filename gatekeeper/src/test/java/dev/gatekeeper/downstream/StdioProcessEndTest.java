package dev.gatekeeper.downstream;

import static dev.gatekeeper.downstream.Recording.bytes;
import static dev.gatekeeper.downstream.Recording.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.Tools;
import dev.gatekeeper.kernel.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a server is the end of everything that it started. */
final class StdioProcessEndTest {
  private static final Duration GRACE = Duration.ofMillis(400);

  private final Watchdog watchdog = new Watchdog();
  private final Recording recording = new Recording();

  @AfterEach
  void close() {
    watchdog.close();
  }

  private StdioProcess start(String script) throws LaunchException {
    return StdioProcess.start(shell("PATH=/usr/bin:/bin; " + script), recording, watchdog);
  }

  /** The number that the server wrote as its next line of log. */
  private long pidFromLog() throws InterruptedException {
    return Long.parseLong(recording.logLine().strip());
  }

  @Test
  void closingStdinIsEnoughForAnHonestServer() throws Exception {
    StdioProcess server = start("while read -r line; do :; done; exit 7");
    server.stop(GRACE);
    Ended.OfProcess how = recording.awaitEnd();
    assertThat(how.cause()).isEqualTo(Ended.Cause.STOPPED);
    assertThat(how.exitCode()).hasValue(7);
    assertThat(how.text()).isEqualTo("was stopped");
  }

  @Test
  void asksAServerThatDoesNotHeedStdin() throws Exception {
    StdioProcess server = start("trap 'exit 5' TERM; echo ready >&2; while :; do sleep 0.01; done");
    assertThat(recording.logLine()).isEqualTo("ready");
    server.stop(Duration.ofSeconds(5));
    assertThat(recording.awaitEnd().exitCode()).hasValue(5);
  }

  @Test
  void killsAServerThatIgnoresTerm() throws Exception {
    StdioProcess server =
        start("trap '' TERM INT HUP; echo ready >&2; while :; do sleep 0.05; done");
    assertThat(recording.logLine()).isEqualTo("ready");
    server.stop(GRACE);
    assertThat(recording.awaitEnd().signal()).hasValue(9);
  }

  @Test
  void endsAProcessThatTheServerStarted() throws Exception {
    StdioProcess server = start("sleep 1000 & echo $! >&2; cat >/dev/null");
    long other = pidFromLog();
    server.stop(GRACE);
    recording.awaitEnd();
    assertThat(Alive.is(other)).isFalse();
  }

  @Test
  void endsAProcessInASessionOfItsOwn() throws Exception {
    Tools.require("setsid");
    StdioProcess server =
        start(
            "setsid sh -c 'trap \"\" TERM; echo $$ >&2; sleep 1000; sleep 1000' & cat >/dev/null");
    long other = pidFromLog();
    server.stop(GRACE);
    recording.awaitEnd();
    assertThat(Alive.is(other)).isFalse();
  }

  @Test
  void endsADaemonWhoseParentIsGone() throws Exception {
    Tools.require("setsid");
    StdioProcess server = start(daemon() + "cat >/dev/null");
    long other = pidFromLog();
    server.stop(GRACE);
    recording.awaitEnd();
    assertThat(Alive.is(other)).isFalse();
    Alive.awaitReaped(other);
  }

  /** Two forks and a session of its own, all streams closed: all that a daemon does. */
  private static String daemon() {
    return "(setsid sh -c 'sleep 1000 <&- >&- 2>&- & echo $! >&2; exit 0' &); ";
  }

  @Test
  void endsADaemonWhenTheServerIsKilledByOthers() throws Exception {
    Tools.require("setsid");
    StdioProcess server = start(daemon() + "exec cat >/dev/null");
    long other = pidFromLog();
    assertThat(Signal.KILL.to(server.pid())).isTrue();
    assertThat(recording.awaitEnd().cause()).isEqualTo(Ended.Cause.EXITED);
    assertThat(Alive.is(other)).isFalse();
  }

  @Test
  void leavesOtherServersAlone() throws Exception {
    Tools.require("setsid");
    Recording others = new Recording();
    StdioProcess other =
        StdioProcess.start(
            shell("PATH=/usr/bin:/bin; " + daemon() + "cat >/dev/null"), others, watchdog);
    long daemon = Long.parseLong(others.logLine());
    start("cat >/dev/null").stop(GRACE);
    recording.awaitEnd();
    assertThat(Alive.is(other.pid())).isTrue();
    assertThat(Alive.is(daemon)).isTrue();
    assertThat(others.hasEnded()).isFalse();
  }

  @Test
  void endsAServerThatClosesOnlyStdout() throws Exception {
    StdioProcess server = start("exec >&-; while :; do sleep 0.05; done");
    Ended.OfProcess how = recording.awaitEnd();
    assertThat(how.cause()).isEqualTo(Ended.Cause.STDOUT_CLOSED);
    assertThat(how.text()).isEqualTo("closed its stdout and was ended");
    assertThat(Alive.is(server.pid())).isFalse();
  }

  @Test
  void endsAServerThatClosesOnlyStdinAtTheNextFrame() throws Exception {
    StdioProcess server = start("exec <&-; echo ready >&2; while :; do sleep 0.05; done");
    assertThat(recording.logLine()).isEqualTo("ready");
    server.offer(bytes("{}"));
    Ended.OfProcess how = recording.awaitEnd();
    assertThat(how.cause()).isEqualTo(Ended.Cause.STDIN_CLOSED);
    assertThat(how.text()).isEqualTo("closed its stdin and was ended");
  }

  @Test
  void keepsAServerThatClosesOnlyStderr() throws Exception {
    StdioProcess server = start("exec 2>&-; while read -r line; do echo \"$line\"; done");
    server.offer(bytes("{\"jsonrpc\":\"2.0\",\"method\":\"a\"}"));
    assertThat(recording.message()).isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"a\"}");
  }

  @Test
  void stopsAServerThatNeverReads() throws Exception {
    StdioProcess server = start("sleep 1000");
    byte[] large = new byte[1 << 20];
    Arrays.fill(large, (byte) ' ');
    assertThat(server.offer(large)).isTrue();
    server.stop(GRACE);
    recording.awaitEnd();
    assertThat(Alive.is(server.pid())).isFalse();
  }

  @Test
  void stopIsHeardOnce() throws Exception {
    StdioProcess server = start("cat >/dev/null");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(Thread.ofPlatform().start(() -> server.stop(GRACE)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(recording.awaitEnd().cause()).isEqualTo(Ended.Cause.STOPPED);
  }

  @Test
  void endsAllServersAtOnceAndRefusesNewOnes() throws Exception {
    Tools.require("setsid");
    List<Recording> all = new ArrayList<>();
    List<Long> daemons = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Recording one = new Recording();
      StdioProcess.start(
          shell("PATH=/usr/bin:/bin; trap '' TERM; " + daemon() + "sleep 1000"), one, watchdog);
      daemons.add(Long.parseLong(one.logLine()));
      all.add(one);
    }
    watchdog.endAll(GRACE);
    for (Recording one : all) {
      assertThat(one.awaitEnd().cause()).isEqualTo(Ended.Cause.STOPPED);
    }
    assertThat(daemons).noneMatch(Alive::is);
    assertThatThrownBy(() -> start("exit 0"))
        .isInstanceOf(LaunchException.class)
        .hasMessage("the session is ending");
  }

  @Test
  void leavesNothingAfterAHundredStartsAndStops() throws Exception {
    for (int i = 0; i < 100; i++) {
      Recording one = new Recording();
      StdioProcess server =
          StdioProcess.start(shell("while read -r line; do :; done"), one, watchdog);
      server.stop(GRACE);
      one.awaitEnd();
      Alive.awaitReaped(server.pid());
    }
  }
}
