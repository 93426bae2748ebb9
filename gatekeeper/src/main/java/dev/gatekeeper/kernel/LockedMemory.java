package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Memory for a secret: off heap, so that no garbage collection copies it; on pages of its own,
 * which are not written to swap (as far as RLIMIT_MEMLOCK reaches) nor to core files; wiped when
 * closed. Thread-safe.
 */
public final class LockedMemory implements AutoCloseable {
  private static final MemorySegment MLOCK = Libc.require("mlock");
  private static final MemorySegment MUNLOCK = Libc.require("munlock");
  private static final MemorySegment MADVISE = Libc.require("madvise");
  private static final int MADV_DONTDUMP = 16;

  private static final class Page {
    static final long BYTES = Libc.callInt(Libc.require("getpagesize"));
  }

  private final Arena arena = Arena.ofShared();
  private final MemorySegment pages;
  private final int length;
  private final boolean locked;

  private LockedMemory(byte[] source) {
    length = source.length;
    // Whole pages: locks do not nest, and unlocking one secret must not unlock its neighbour.
    long rounded = Math.max(1, (length + Page.BYTES - 1) / Page.BYTES) * Page.BYTES;
    pages = arena.allocate(rounded, Page.BYTES);
    locked = Libc.callInt(MLOCK, pages.address(), rounded) == 0;
    if (Platform.CURRENT == Platform.LINUX) {
      Libc.callInt(MADVISE, pages.address(), rounded, MADV_DONTDUMP);
    }
    MemorySegment.copy(source, 0, pages, JAVA_BYTE, 0, length);
  }

  /** Takes {@code source} over: it is wiped. */
  public static LockedMemory taking(byte[] source) {
    try {
      return new LockedMemory(source);
    } finally {
      Arrays.fill(source, (byte) 0);
    }
  }

  /** Bytes that it holds. */
  public int length() {
    return length;
  }

  /**
   * A copy on the heap, to be wiped by the caller at once.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public synchronized byte[] unsafeCopy() {
    return pages.asSlice(0, length).toArray(JAVA_BYTE);
  }

  @Override
  public synchronized void close() {
    if (!arena.scope().isAlive()) {
      return;
    }
    pages.fill((byte) 0);
    if (locked) {
      Libc.callInt(MUNLOCK, pages.address(), pages.byteSize());
    }
    arena.close();
  }
}
