package dev.gatekeeper.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Our stderr: remarks, and the servers' stderr with the server's name before each line.
 *
 * <p>Handing a line in never waits for whoever reads our stderr; when {@link #MAX_LINES} wait,
 * further ones are dropped and counted. Control characters are shown escaped: a server must not
 * steer the terminal of the person who reads.
 */
public final class Diagnostics {
  /** Lines that may wait; with lines bounded by the reader, a few megabytes. */
  static final int MAX_LINES = 1_024;

  private final LinkedBlockingQueue<byte[]> lines = new LinkedBlockingQueue<>(MAX_LINES);
  private final OutputStream out;
  private long dropped;

  /** Writes to a stream from a thread of its own. */
  public Diagnostics(OutputStream out) {
    this.out = out;
    Thread.ofPlatform().daemon().name("gatekeeper-diagnostics").start(this::drain);
  }

  /** A remark of our own. */
  public void say(String text) {
    put("gatekeeper: ", text.getBytes(StandardCharsets.UTF_8));
  }

  /** A line of a server, already redacted. */
  public void line(String server, byte[] line) {
    put("gatekeeper: [" + server + "] ", line);
  }

  private void put(String prefix, byte[] text) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(prefix.length() + text.length + 1);
    line.writeBytes(prefix.getBytes(StandardCharsets.UTF_8));
    for (byte b : text) {
      boolean control = (b >= 0 && b < 0x20 && b != '\t') || b == 0x7f;
      line.write(control ? '?' : b);
    }
    line.write('\n');
    synchronized (this) {
      if (!lines.offer(line.toByteArray())) {
        dropped++;
      }
    }
  }

  private synchronized long takeDropped() {
    long count = dropped;
    dropped = 0;
    return count;
  }

  private void drain() {
    try {
      while (true) {
        out.write(lines.take());
        long missing = takeDropped();
        if (missing > 0) {
          String note = "gatekeeper: " + missing + " lines dropped\n";
          out.write(note.getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
      }
    } catch (IOException e) {
      // Nobody reads our stderr; there is no other place to say so.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
