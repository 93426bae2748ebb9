package dev.gatekeeper.downstream;

import static dev.gatekeeper.downstream.Recording.bytes;
import static dev.gatekeeper.downstream.Recording.shell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.wire.Incoming;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that do what servers must not do. */
final class StdioProcessHostileTest {
  private static final String MESSAGE = "{\"jsonrpc\":\"2.0\",\"method\":\"a\"}";
  private static final String SAY = "echo '" + MESSAGE + "'; ";

  private final Watchdog watchdog = new Watchdog();
  private final Recording recording = new Recording();

  @AfterEach
  void close() {
    watchdog.close();
  }

  private StdioProcess start(String script) throws LaunchException {
    return StdioProcess.start(shell("PATH=/usr/bin:/bin; " + script), recording, watchdog);
  }

  @Test
  void setsTextOnStdoutAsideAndSaysSoOnce() throws Exception {
    start("echo starting up; echo ready, TOKEN=made-up; " + SAY + "exit 0");
    assertThat(recording.message()).isEqualTo(MESSAGE);
    assertThat(recording.logLine())
        .isEqualTo(
            "wrote a line of 11 bytes on stdout that is no JSON-RPC message;"
                + " such lines are set aside");
    assertThat(recording.awaitEnd().notJsonLines()).isEqualTo(2);
    assertThat(recording.logLinesWaiting()).isZero();
  }

  @Test
  void goesOnAfterGarbage() throws Exception {
    start("head -c 100000 /dev/urandom; echo; " + SAY + "cat >/dev/null");
    Incoming frame = recording.frame();
    while (!(frame instanceof Incoming.Received)) {
      frame = recording.frame();
    }
    assertThat(frame).isInstanceOf(Incoming.Received.class);
  }

  @Test
  void passesAMessageThatIsMalformed() throws Exception {
    start("echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"result\":{}}'; cat >/dev/null");
    assertThat(recording.frame()).isInstanceOf(Incoming.Malformed.class);
  }

  @Test
  void takesHalfAMessageForMalformed() throws Exception {
    start("printf '{\"jsonrpc\":\"2.0\",\"id\":1,\"res'; kill -KILL $$");
    assertThat(recording.frame()).isInstanceOf(Incoming.Malformed.class);
    assertThat(recording.awaitEnd().signal()).hasValue(9);
  }

  @Test
  void passesTenMegabytesBothWays() throws Exception {
    StdioProcess server = start("exec cat");
    byte[] text = new byte[10 << 20];
    Arrays.fill(text, (byte) 'x');
    byte[] start = bytes("{\"jsonrpc\":\"2.0\",\"method\":\"");
    System.arraycopy(start, 0, text, 0, start.length);
    text[text.length - 2] = '"';
    text[text.length - 1] = '}';
    assertThat(server.offer(text)).isTrue();
    Incoming.Received frame = (Incoming.Received) recording.frame();
    assertThat(Arrays.equals(frame.message().whole().toBytes(), text)).isTrue();
  }

  @Test
  void readsAFloodOfStderrAndKeepsAnswering() throws Exception {
    StdioProcess server =
        start(
            "yes 'a line of a flood' | head -n 200000 >&2; "
                + "while read -r line; do echo \"$line\"; done");
    server.offer(bytes(MESSAGE));
    assertThat(recording.message()).isEqualTo(MESSAGE);
    server.stop(Duration.ofMillis(400));
    recording.awaitEnd();
    assertThat(recording.logLinesWaiting()).isBetween(1000, 5000);
  }

  @Test
  void readsAFloodOfTextOnStdout() throws Exception {
    start("yes 'not a message' | head -n 200000; " + SAY + "exit 0");
    assertThat(recording.message()).isEqualTo(MESSAGE);
    assertThat(recording.awaitEnd().notJsonLines()).isEqualTo(200_000);
    assertThat(recording.logLinesWaiting()).isEqualTo(1);
  }

  @Test
  void neverWaitsForAServerThatDoesNotRead() throws Exception {
    StdioProcess server = start("sleep 1000");
    byte[] frame = bytes(MESSAGE);
    int accepted = 0;
    while (server.offer(frame)) {
      accepted++;
    }
    assertThat(accepted).isGreaterThanOrEqualTo(StdioProcess.QUEUED_FRAMES);
    assertThat(server.offerFirst(bytes(MESSAGE))).as("a cancellation still fits").isTrue();
    server.stop(Duration.ofMillis(400));
    recording.awaitEnd();
  }

  @Test
  void takesAFrameBackThatWasNotSent() throws Exception {
    StdioProcess server = start("sleep 1000");
    // More than the pipe holds, so the writer is stuck in it.
    server.offer(new byte[1 << 20]);
    byte[] first = bytes(MESSAGE);
    byte[] second = bytes(MESSAGE);
    server.offer(first);
    server.offer(second);
    assertThat(server.withdraw(second)).isTrue();
    assertThat(server.withdraw(second)).isFalse();
    assertThat(server.withdraw(first)).isTrue();
  }

  @Test
  void endsAServerWhoseListenerFails() throws Exception {
    DownstreamListener failing =
        new DownstreamListener() {
          @Override
          public void received(Incoming frame) {
            throw new IllegalStateException("on purpose, for this test");
          }

          @Override
          public void log(byte[] line) {}

          @Override
          public void ended(Ended how) {
            recording.ended(how);
          }
        };
    StdioProcess.start(shell("PATH=/usr/bin:/bin; " + SAY + "exec sleep 1000"), failing, watchdog);
    assertThat(recording.awaitEnd().cause()).isEqualTo(Ended.Cause.STDOUT_CLOSED);
  }

  @Test
  void letsTheListenerStopTheServer() throws Exception {
    StdioProcess[] server = new StdioProcess[1];
    DownstreamListener stopping =
        new DownstreamListener() {
          @Override
          public void received(Incoming frame) {
            synchronized (server) {
              server[0].stop(Duration.ofSeconds(10));
            }
          }

          @Override
          public void log(byte[] line) {}

          @Override
          public void ended(Ended how) {
            recording.ended(how);
          }
        };
    synchronized (server) {
      server[0] =
          StdioProcess.start(
              shell("PATH=/usr/bin:/bin; " + SAY + "exec cat >/dev/null"), stopping, watchdog);
    }
    assertThat(recording.awaitEnd().cause()).isEqualTo(Ended.Cause.STOPPED);
  }
}
