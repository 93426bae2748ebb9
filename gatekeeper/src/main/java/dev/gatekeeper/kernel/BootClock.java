package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** Time since the machine was booted, suspended or not: nobody sets this clock back. */
public final class BootClock {
  private static final MemorySegment GET = Libc.require("clock_gettime");

  /** {@code CLOCK_BOOTTIME}; on macOS {@code CLOCK_MONOTONIC}, which goes on through sleep. */
  private static final int CLOCK = Platform.CURRENT == Platform.LINUX ? 7 : 6;

  private BootClock() {}

  /** From an arbitrary start, the same for all processes of one boot. */
  public static Duration now() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_LONG, 2); // struct timespec
      if (Libc.callInt(GET, CLOCK, time.address()) != 0) {
        throw new AssertionError("clock_gettime " + CLOCK);
      }
      return Duration.ofSeconds(time.getAtIndex(JAVA_LONG, 0), time.getAtIndex(JAVA_LONG, 1));
    }
  }
}
