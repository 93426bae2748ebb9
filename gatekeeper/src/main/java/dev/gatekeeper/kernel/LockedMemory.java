package dev.gatekeeper.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for a secret: off heap, so that no garbage collection copies it; on pages of its own,
 * which are not written to swap (as far as RLIMIT_MEMLOCK reaches, see {@link #locked}) nor to core
 * files; wiped when closed. Thread-safe as its segment is.
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
  private final MemorySegment segment;
  private final boolean locked;

  private LockedMemory(long bytes) {
    // Whole pages: locks do not nest, and unlocking one secret must not unlock its neighbour.
    long rounded = Math.max(1, (bytes + Page.BYTES - 1) / Page.BYTES) * Page.BYTES;
    pages = arena.allocate(rounded, Page.BYTES);
    locked = Libc.callInt(MLOCK, pages.address(), rounded) == 0;
    if (Platform.CURRENT == Platform.LINUX) {
      Libc.callInt(MADVISE, pages.address(), rounded, MADV_DONTDUMP);
    }
    segment = pages.asSlice(0, bytes);
  }

  /** Zeroed memory of so many bytes. */
  public static LockedMemory allocate(long bytes) {
    return new LockedMemory(bytes);
  }

  /** The memory, until this is closed. */
  public MemorySegment segment() {
    return segment;
  }

  /** False where the kernel refused to keep the pages out of swap. */
  public boolean locked() {
    return locked;
  }

  @Override
  public void close() {
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
