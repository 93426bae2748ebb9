package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/** Our end of a child's stdout or stderr. Ends when every writer has closed it, or when woken. */
final class PipeInput extends InputStream {
  private static final MemorySegment READ = Libc.require("read");

  /** What a pipe holds. */
  private static final int CHUNK = 64 << 10;

  /** Read after a wake: what a pipe can hold at most, so that nothing that was sent is lost. */
  private static final int LAST_BYTES = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final MemorySegment chunk = Arena.ofAuto().allocate(CHUNK);
  private final Poll poll;
  private int descriptor;
  private int left = LAST_BYTES;

  PipeInput(int descriptor, Wake wake) {
    this.descriptor = descriptor;
    this.poll = Poll.toRead(descriptor, wake);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    lock.lock();
    try {
      if (descriptor < 0 || left <= 0 || !poll.await()) {
        return -1;
      }
      long count;
      do {
        count = Libc.call(READ, descriptor, chunk.address(), Math.min(length, CHUNK));
      } while (count == -KernelException.EINTR);
      if (count < 0) {
        throw new KernelException("read", (int) -count);
      }
      if (count == 0) {
        return -1;
      }
      if (poll.woken()) {
        left -= (int) count;
      }
      MemorySegment.copy(chunk, JAVA_BYTE, 0, into, offset, (int) count);
      return (int) count;
    } finally {
      lock.unlock();
    }
  }

  /** Closes it once no read is under way; {@link Wake#call} first, unless the reader is done. */
  @Override
  public void close() {
    lock.lock();
    try {
      Pipe.close(descriptor);
      descriptor = -1;
      chunk.fill((byte) 0); // what came may be a secret
    } finally {
      lock.unlock();
    }
  }
}
