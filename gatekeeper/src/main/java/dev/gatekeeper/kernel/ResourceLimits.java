package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** {@code getrlimit(2)} and {@code setrlimit(2)} of our own process. */
final class ResourceLimits {
  private static final MemorySegment GET = Libc.require("getrlimit");
  private static final MemorySegment SET = Libc.require("setrlimit");

  /** Linux only; the same number on every architecture that Java runs on. */
  private static final int RLIMIT_LOCKS = 10;

  private ResourceLimits() {}

  /**
   * What the next children inherit as their label; empty restores what we were born with. Only the
   * spawner's thread may call this, before each start.
   */
  static void label(Optional<ProcessLabel> label) {
    if (Platform.CURRENT == Platform.LINUX) {
      set(RLIMIT_LOCKS, label.map(ProcessLabel::number).orElse(Born.LABEL), Born.HARD);
    }
  }

  /** The value that we were born with, all ones where it is unlimited. */
  static long bornWithLabel() {
    return Born.LABEL;
  }

  /** False where the hard limit that we were born with is below any label. */
  static boolean canLabel() {
    return Long.compareUnsigned(Born.HARD, Long.MAX_VALUE) >= 0;
  }

  private static final class Born {
    static final long LABEL = get(RLIMIT_LOCKS, 0);
    static final long HARD = get(RLIMIT_LOCKS, 1);
  }

  /**
   * No core file of ours can be written, nor of any child: the hard limit cannot be raised again.
   */
  static void forbidCore() {
    set(Platform.CURRENT.limitCore, 0, 0);
  }

  private static long get(int limit, int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(JAVA_LONG, 2);
      if (Libc.callInt(GET, limit, both.address()) != 0) {
        throw new AssertionError("getrlimit");
      }
      return both.getAtIndex(JAVA_LONG, index);
    }
  }

  private static boolean set(int limit, long soft, long hard) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(JAVA_LONG, 2);
      both.setAtIndex(JAVA_LONG, 0, soft);
      both.setAtIndex(JAVA_LONG, 1, hard);
      return Libc.callInt(SET, limit, both.address()) == 0;
    }
  }
}
