package dev.gatekeeper.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Descriptors that our parent left open for us. Used by number: {@code /dev/fd} cannot be opened
 * any more once this process is not dumpable.
 */
public final class Descriptor {
  private static final MemorySegment READ = Libc.require("read");
  private static final MemorySegment CLOSE = Libc.require("close");
  private static final MemorySegment ISATTY = Libc.require("isatty");

  private Descriptor() {}

  /** Whether standard input is a terminal. */
  public static boolean standardInputIsTerminal() {
    return Libc.callInt(ISATTY, 0) == 1;
  }

  /** Whether standard error is a terminal. */
  public static boolean standardErrorIsTerminal() {
    return Libc.callInt(ISATTY, 2) == 1;
  }

  /**
   * Reads to the end, or until {@code into} is full, and closes the descriptor, so that no child
   * inherits it.
   *
   * @return how many bytes there were
   * @throws IOException where it is not open for reading
   */
  public static int readAndClose(int descriptor, byte[] into) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(into.length);
      int length = 0;
      while (length < into.length) {
        long count;
        do {
          count = Libc.call(READ, descriptor, buffer.address() + length, into.length - length);
        } while (count == -KernelException.EINTR);
        if (count < 0) {
          throw new IOException("descriptor " + descriptor + " is not open for reading");
        }
        if (count == 0) {
          break;
        }
        length += (int) count;
      }
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, length);
      buffer.fill((byte) 0);
      return length;
    } finally {
      Libc.callInt(CLOSE, descriptor);
    }
  }
}
