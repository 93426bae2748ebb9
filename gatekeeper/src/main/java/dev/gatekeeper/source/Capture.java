package dev.gatekeeper.source;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;

/** What one stream of a tool holds, read on a thread of its own, up to a bound; wiped. */
final class Capture implements AutoCloseable {
  private static final int CHUNK = 4096; // what a pipe gives at once, mostly

  private final int most;
  private final Thread thread;
  private byte[] bytes = new byte[CHUNK];
  private int length;
  private boolean whole;

  /**
   * @param most bytes; with one more than these nothing is read any further
   * @param tooMuch told then, on the thread that reads
   */
  Capture(InputStream from, int most, Runnable tooMuch, String name) {
    this.most = most;
    this.thread =
        Thread.ofPlatform().daemon().name("source " + name).start(() -> run(from, tooMuch));
  }

  private void run(InputStream from, Runnable tooMuch) {
    byte[] chunk = new byte[CHUNK];
    try (from) {
      int count;
      while ((count = from.read(chunk)) >= 0) {
        if (length + count > most) {
          tooMuch.run();
          return;
        }
        append(chunk, count);
      }
      whole = true;
    } catch (IOException e) {
      tooMuch.run(); // what cannot be read whole is not used
    } finally {
      Arrays.fill(chunk, (byte) 0);
    }
  }

  private void append(byte[] chunk, int count) {
    if (length + count > bytes.length) {
      byte[] larger = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
    System.arraycopy(chunk, 0, bytes, length, count);
    length += count;
  }

  /** Whether the stream came to its end within {@code patience}. */
  boolean ended(Duration patience) throws InterruptedException {
    return thread.join(patience);
  }

  /** Whether all of it was read; to be asked for after the end. */
  boolean isWhole() {
    return whole;
  }

  /** A copy of what was read, for the caller to wipe; to be asked for after the end. */
  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /** Wipes; to be called after the end. */
  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }
}
