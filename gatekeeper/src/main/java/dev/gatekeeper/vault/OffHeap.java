package dev.gatekeeper.vault;

import dev.gatekeeper.kernel.LockedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Secret bytes outside the heap, where no garbage collector leaves copies behind, on pages that are
 * not swapped. Wiped at {@link #close}; every copy that {@link #unsafeCopy} makes is the caller's
 * to wipe.
 */
final class OffHeap implements AutoCloseable {
  private final LockedMemory memory;
  private final int length;
  private boolean closed;

  private OffHeap(byte[] source) {
    length = source.length;
    memory = LockedMemory.allocate(length);
    MemorySegment.copy(source, 0, memory.segment(), ValueLayout.JAVA_BYTE, 0, length);
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
    return memory.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      memory.close();
    }
  }
}
