package dev.gatekeeper.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.WireLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a server said, for a test to wait for. */
final class Recording implements DownstreamListener {
  /** A machine under load is slow, a hanging test is a failure. */
  static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<Incoming> frames = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private final CompletableFuture<Ended> ended = new CompletableFuture<>();
  private volatile int afterEnd;

  /** A server that is a shell script, with these variables and no other. */
  static LaunchSpec shell(String script, String... environment) {
    return new LaunchSpec(
        "test",
        Path.of("/bin/sh"),
        List.of("-c", script),
        List.of(environment).stream().map(one -> one.getBytes(StandardCharsets.UTF_8)).toList(),
        Path.of("/tmp"),
        WireLimits.DEFAULT);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void received(Incoming frame) {
    late();
    frames.add(frame);
  }

  @Override
  public void log(byte[] line) {
    late();
    log.add(new String(line, StandardCharsets.UTF_8));
  }

  @Override
  public void ended(Ended how) {
    late();
    ended.complete(how);
  }

  private synchronized void late() {
    if (ended.isDone()) {
      afterEnd++;
    }
  }

  Incoming frame() throws InterruptedException {
    Incoming frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(frame).as("the next frame").isNotNull();
    return frame;
  }

  /** The next frame, which is a message, as text. */
  String message() throws InterruptedException {
    Incoming frame = frame();
    assertThat(frame).isInstanceOf(Incoming.Received.class);
    return new String(
        ((Incoming.Received) frame).message().whole().toBytes(), StandardCharsets.UTF_8);
  }

  String logLine() throws InterruptedException {
    String line = log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(line).as("the next line of the log").isNotNull();
    return line;
  }

  int framesWaiting() {
    return frames.size();
  }

  int logLinesWaiting() {
    return log.size();
  }

  Ended.OfProcess awaitEnd() throws Exception {
    Ended.OfProcess how = (Ended.OfProcess) ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(afterEnd).as("calls after the end").isZero();
    return how;
  }

  boolean hasEnded() {
    return ended.isDone();
  }
}
