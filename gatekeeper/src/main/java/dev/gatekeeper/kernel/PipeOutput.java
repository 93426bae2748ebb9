package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Our end of a child's stdin. A write waits while the pipe is full, and fails when the child has
 * closed its end, or when woken.
 */
final class PipeOutput extends OutputStream {
  private static final MemorySegment WRITE = Libc.require("write");

  /** What a pipe holds. */
  private static final int CHUNK = 64 << 10;

  private static final int EAGAIN = Platform.CURRENT == Platform.LINUX ? 11 : 35;

  private final ReentrantLock lock = new ReentrantLock();
  private final MemorySegment chunk = Arena.ofAuto().allocate(CHUNK);
  private final Poll poll;
  private int descriptor;

  PipeOutput(int descriptor, Wake wake) {
    this.descriptor = descriptor;
    this.poll = Poll.toWrite(descriptor, wake);
  }

  /** Whether a small write would not wait, see {@link Room}. */
  Room room() {
    return new Room(descriptor);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    lock.lock();
    try {
      int done = 0;
      while (done < length) {
        int part = Math.min(length - done, CHUNK);
        MemorySegment.copy(from, offset + done, chunk, JAVA_BYTE, 0, part);
        writeChunk(part);
        done += part;
      }
    } finally {
      lock.unlock();
    }
  }

  private void writeChunk(int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (descriptor < 0) {
        throw new KernelException("write", KernelException.EPIPE);
      }
      long count = Libc.call(WRITE, descriptor, chunk.address() + done, length - done);
      if (count >= 0) {
        done += (int) count;
      } else if (count == -EAGAIN) {
        if (!poll.await() || poll.woken()) {
          throw new KernelException("write", KernelException.EPIPE);
        }
      } else if (count != -KernelException.EINTR) {
        throw new KernelException("write", (int) -count);
      }
    }
  }

  /** Closes it once no write is under way; {@link Wake#call} first, unless the writer is done. */
  @Override
  public void close() {
    lock.lock();
    try {
      Pipe.close(descriptor);
      descriptor = -1;
    } finally {
      lock.unlock();
    }
  }
}
