package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Reads small files of {@code /proc}, Linux only. By the system's own calls, because hundreds are
 * read while an agent counts the milliseconds that we take to end, and Java's files cost five times
 * as much and load classes that nothing else has loaded by then.
 */
final class ProcFile {
  private static final MemorySegment OPEN = Libc.require("open");
  private static final MemorySegment READ = Libc.require("read");
  private static final int O_RDONLY_CLOEXEC = 0x8_0000;

  /** The files read here have up to 1.5 KiB, and are given in one read. */
  private static final int BYTES = 4096;

  private static final ThreadLocal<MemorySegment> BUFFER =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(BYTES));

  private ProcFile() {}

  /** The file's text, byte by byte; empty where there is no such process any more. */
  static String read(long pid, String file) {
    MemorySegment buffer = BUFFER.get();
    byte[] path = ("/proc/" + pid + "/" + file + "\0").getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(path, 0, buffer, JAVA_BYTE, 0, path.length);
    int descriptor = Libc.callInt(OPEN, buffer.address(), O_RDONLY_CLOEXEC);
    if (descriptor < 0) {
      return "";
    }
    long count = Libc.call(READ, descriptor, buffer.address(), BYTES);
    Pipe.close(descriptor);
    byte[] text = new byte[(int) Math.max(0, count)];
    MemorySegment.copy(buffer, JAVA_BYTE, 0, text, 0, text.length);
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
