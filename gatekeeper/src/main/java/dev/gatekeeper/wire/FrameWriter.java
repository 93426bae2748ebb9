package dev.gatekeeper.wire;

import dev.gatekeeper.json.Octets;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Writes one message a line. Safe for several threads: messages never mix, and leave in the order
 * in which the calls got the lock. Each is flushed. After a failed write every later one fails,
 * since the peer may have half a line.
 */
public final class FrameWriter {
  /** Frames up to this many bytes go out with their line feed in one write. */
  private static final int SMALL = 64 << 10;

  /** PIPE_BUF: bytes that a pipe which takes anything takes whole. POSIX promises no more. */
  public static final int AT_ONCE = System.getProperty("os.name", "").equals("Linux") ? 4096 : 512;

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final byte[] small = new byte[SMALL];
  private volatile BooleanSupplier room = () -> false;
  private boolean broken;

  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Lets {@link #tryWrite} write.
   *
   * @param room whether {@link #AT_ONCE} bytes would be taken without waiting; asked by one thread
   *     at a time
   */
  public void room(BooleanSupplier room) {
    this.room = room;
  }

  /**
   * Writes a small message if that takes no waiting: neither for another writer nor for the peer.
   * False: nothing was written, or the stream is broken, which the next {@link #write} tells.
   */
  public boolean tryWrite(byte[] frame) {
    if (frame.length >= AT_ONCE || !lock.tryLock()) {
      return false;
    }
    try {
      if (broken || !room.getAsBoolean()) {
        return false;
      }
      write(frame);
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Writes a message and a line feed. Line ends inside it, JSON white space, become blanks. */
  public void write(byte[] frame) throws IOException {
    byte[] bytes = frame;
    if (Octets.either(frame, 0, frame.length, '\n', '\r') < frame.length) {
      bytes = frame.clone();
      for (int i = 0; i < bytes.length; i++) {
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
      if (bytes.length < SMALL) {
        System.arraycopy(bytes, 0, small, 0, bytes.length);
        small[bytes.length] = '\n';
        out.write(small, 0, bytes.length + 1);
      } else {
        out.write(bytes, 0, bytes.length);
        out.write('\n');
      }
      out.flush();
      broken = false;
    } finally {
      lock.unlock();
    }
  }
}
