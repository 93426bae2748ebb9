package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Whether a pipe or socket has room. True: a write of PIPE_BUF bytes (4,096; macOS 512) or less
 * would not wait now, as long as nobody else writes. For one thread at a time.
 */
public final class Room implements BooleanSupplier {
  private final MemorySegment one =
      Arena.ofAuto().allocate(Poll.STRUCT_BYTES, JAVA_INT.byteAlignment());

  /** Room behind a descriptor that is open for writing. */
  public Room(int descriptor) {
    one.set(JAVA_INT, 0, descriptor);
    one.set(JAVA_INT, Poll.EVENTS, Poll.POLLOUT);
  }

  /** False also where poll(2) tells of an error: then a write tells more. */
  @Override
  public boolean getAsBoolean() {
    return Libc.callInt(Poll.POLL, one.address(), 1, 0) == 1
        && one.get(JAVA_INT, Poll.EVENTS) >>> Poll.RESULT_SHIFT == Poll.POLLOUT;
  }
}
