package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Waits in poll(2) on one end of a pipe and on a {@link Wake}. For one thread at a time. */
final class Poll {
  static final MemorySegment POLL = Libc.require("poll");
  private static final int POLLIN = 1;
  static final int POLLOUT = 4;

  /** {@code struct pollfd}: a descriptor of 4 bytes, 2 for what is wanted, 2 for what there is. */
  static final int STRUCT_BYTES = 8;

  static final int EVENTS = 4;
  static final int RESULT_SHIFT = 16;

  private final MemorySegment two =
      Arena.ofAuto().allocate(2 * STRUCT_BYTES, JAVA_INT.byteAlignment());

  private Poll(int descriptor, int events, Wake wake) {
    two.set(JAVA_INT, 0, descriptor);
    two.set(JAVA_INT, EVENTS, events);
    two.set(JAVA_INT, STRUCT_BYTES, wake.descriptor());
    two.set(JAVA_INT, STRUCT_BYTES + EVENTS, POLLIN);
  }

  static Poll toRead(int descriptor, Wake wake) {
    return new Poll(descriptor, POLLIN, wake);
  }

  static Poll toWrite(int descriptor, Wake wake) {
    return new Poll(descriptor, POLLOUT, wake);
  }

  /** True once the last {@link #await} saw the wake. */
  boolean woken() {
    return happened(STRUCT_BYTES);
  }

  /** Waits until a read or write on the descriptor would not wait; false: woken, and it would. */
  boolean await() throws KernelException {
    int ready;
    do {
      ready = Libc.callInt(POLL, two.address(), 2, -1);
    } while (ready == -KernelException.EINTR);
    if (ready < 0) {
      throw new KernelException("poll", -ready);
    }
    return happened(0);
  }

  /** The upper half of the word: the machines that {@link Libc} is for are little-endian. */
  private boolean happened(int struct) {
    return two.get(JAVA_INT, struct + EVENTS) >>> RESULT_SHIFT != 0;
  }
}
