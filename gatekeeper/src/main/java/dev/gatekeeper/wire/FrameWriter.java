package dev.gatekeeper.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes one message a line. Safe for several threads: messages never mix, and leave in the order
 * in which the calls got the lock. Each is flushed. After a failed write every later one fails,
 * since the peer may have half a line.
 */
public final class FrameWriter {
  /** Frames up to this many bytes go out with their line feed in one write. */
  private static final int SMALL = 64 << 10;

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final byte[] small = new byte[SMALL];
  private boolean broken;

  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  /** Writes a message and a line feed. Line ends inside it, JSON white space, become blanks. */
  public void write(byte[] frame) throws IOException {
    write(frame, 0, frame.length);
  }

  /** As {@link #write(byte[])}, without copying the message first. */
  public void write(Slice frame) throws IOException {
    write(frame.array(), frame.start(), frame.end());
  }

  private void write(byte[] array, int start, int end) throws IOException {
    byte[] bytes = array;
    int from = start;
    int to = end;
    if (Octets.either(array, start, end, '\n', '\r') < end) {
      bytes = Arrays.copyOfRange(array, start, end);
      from = 0;
      to = bytes.length;
      for (int i = 0; i < to; i++) {
        if (bytes[i] == '\n' || bytes[i] == '\r') {
          bytes[i] = ' ';
        }
      }
    }
    lock.lock();
    try {
      if (broken) {
        throw new IOException("an earlier message could not be written");
      }
      broken = true;
      if (to - from < SMALL) {
        System.arraycopy(bytes, from, small, 0, to - from);
        small[to - from] = '\n';
        out.write(small, 0, to - from + 1);
      } else {
        out.write(bytes, from, to - from);
        out.write('\n');
      }
      out.flush();
      broken = false;
    } finally {
      lock.unlock();
    }
  }
}
