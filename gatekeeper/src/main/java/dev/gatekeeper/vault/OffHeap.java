package dev.gatekeeper.vault;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Secret bytes outside the heap, where no garbage collector leaves copies behind. Wiped at {@link
 * #close}; every copy that {@link #unsafeCopy} makes is the caller's to wipe.
 */
final class OffHeap implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;
  private final int length;
  private boolean closed;

  private OffHeap(byte[] source) {
    length = source.length;
    segment = arena.allocate(Math.max(1, length));
    MemorySegment.copy(source, 0, segment, ValueLayout.JAVA_BYTE, 0, length);
  }

  /** Takes {@code source} over: it is wiped. */
  static OffHeap taking(byte[] source) {
    try {
      return new OffHeap(source);
    } finally {
      Arrays.fill(source, (byte) 0);
    }
  }

  int length() {
    return length;
  }

  /**
   * A copy on the heap, to be wiped by the caller at once.
   *
   * @throws IllegalStateException after {@link #close}
   */
  synchronized byte[] unsafeCopy() {
    if (closed) {
      throw new IllegalStateException("already wiped");
    }
    return segment.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      segment.fill((byte) 0);
      arena.close();
    }
  }
}
