package dev.gatekeeper.downstream;

import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.FrameWriter;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.WireLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/**
 * A running server that speaks newline-delimited JSON-RPC on its stdin and stdout. Thread-safe; no
 * method but {@link #stop} and {@link #start} blocks.
 */
public final class StdioProcess {
  /** Longer lines of stderr are cut: enough for any message, too little to flood a log. */
  public static final int LOG_LINE_BYTES = 8 * 1024;

  private static final byte[] END = {};

  private final LaunchSpec spec;
  private final Process process;
  private final DownstreamListener listener;
  private final Watchdog watchdog;
  private final LinkedBlockingDeque<byte[]> queue = new LinkedBlockingDeque<>(4096);
  private final long started = System.nanoTime();
  private volatile boolean stopped;

  private StdioProcess(
      LaunchSpec spec, Process process, DownstreamListener listener, Watchdog watchdog) {
    this.spec = spec;
    this.process = process;
    this.listener = listener;
    this.watchdog = watchdog;
  }

  /**
   * Starts the server; {@code listener} hears of it from now on, and possibly before the return.
   */
  public static StdioProcess start(LaunchSpec spec, DownstreamListener listener, Watchdog watchdog)
      throws LaunchException {
    List<String> command = new ArrayList<>(List.of(spec.program().toString()));
    command.addAll(spec.arguments());
    ProcessBuilder builder = new ProcessBuilder(command).directory(spec.directory().toFile());
    builder.environment().clear();
    for (byte[] variable : spec.environment()) {
      String[] parts = new String(variable, StandardCharsets.UTF_8).split("=", 2);
      builder.environment().put(parts[0], parts[1]);
    }
    StdioProcess started;
    try {
      started = new StdioProcess(spec, builder.start(), listener, watchdog);
    } catch (IOException e) {
      throw new LaunchException(spec.program() + " could not be started");
    }
    watchdog.add(started);
    Thread err = started.thread("stderr", started::readLog);
    started.thread("stdin", started::write);
    started.thread("stdout", () -> started.read(err));
    return started;
  }

  private Thread thread(String stream, Runnable body) {
    return Thread.ofPlatform().daemon().name(spec.name() + "-" + stream).start(body);
  }

  private void read(Thread err) {
    long notJson = 0;
    try {
      FrameReader reader = new FrameReader(process.getInputStream(), WireLimits.DEFAULT);
      for (Incoming frame = reader.next();
          !(frame instanceof Incoming.End);
          frame = reader.next()) {
        if (frame instanceof Incoming.NotJson) {
          notJson++;
        } else {
          listener.received(frame);
        }
      }
      process.destroyForcibly();
      int code = process.waitFor();
      err.join();
      watchdog.remove(this);
      listener.ended(
          new Ended(
              stopped ? Ended.Cause.STOPPED : Ended.Cause.EXITED,
              OptionalInt.of(code),
              OptionalInt.empty(),
              notJson,
              Duration.ofNanos(System.nanoTime() - started)));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      queue.offerFirst(END);
    }
  }

  private void readLog() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        listener.log(line.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      listener.log("stderr cannot be read any more".getBytes(StandardCharsets.UTF_8));
    }
  }

  private void write() {
    try (OutputStream stdin = process.getOutputStream()) {
      FrameWriter writer = new FrameWriter(stdin);
      for (byte[] frame = queue.take(); frame.length > 0; frame = queue.take()) {
        writer.write(frame);
      }
    } catch (IOException | InterruptedException e) {
      process.destroy();
    }
  }

  /**
   * Queues a frame behind the others. False where the queue is full or the server is gone: then the
   * frame will never be sent. Never blocks.
   */
  public boolean offer(byte[] frame) {
    return process.isAlive() && queue.offerLast(frame);
  }

  /** Like {@link #offer}, but ahead of the others: for cancellations and pings. */
  public boolean offerFirst(byte[] frame) {
    return process.isAlive() && queue.offerFirst(frame);
  }

  /**
   * Ends the server and every process that it started: stdin is closed, then SIGTERM, then SIGKILL.
   * Returns when they are gone and {@link DownstreamListener#ended} was called, or after {@code
   * grace}.
   */
  public void stop(Duration grace) {
    stopped = true;
    process.destroy();
    try {
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The server's process id, which is its group's and its session's id too. */
  public long pid() {
    return process.pid();
  }
}
