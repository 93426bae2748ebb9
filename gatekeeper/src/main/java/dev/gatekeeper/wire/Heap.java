package dev.gatekeeper.wire;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps the heap near what is in use. A long frame lives for milliseconds, but outlives a
 * collection of the young generation, and the serial collector looks at the old one only when the
 * heap has grown to its maximum, a quarter of the machine: 6 GB after two hundred answers of 9 MB,
 * all of it garbage. So the old generation is collected when it has doubled.
 */
final class Heap {
  /** Bytes of frames between two looks. */
  private static final int PERIOD = 256 << 10;

  /** What a session may hold on to before anything is done: short frames never get there. */
  private static final long FLOOR = 64L << 20;

  private static final AtomicLong passed = new AtomicLong();
  private static final AtomicBoolean collecting = new AtomicBoolean();
  private static volatile long limit = FLOOR;

  private Heap() {}

  /** A frame of so many bytes was read. */
  static void passed(int bytes) {
    if (passed.addAndGet(bytes) < PERIOD) {
      return;
    }
    passed.set(0);
    if (used() > limit && collecting.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("gatekeeper-heap").start(Heap::collect);
    }
  }

  private static void collect() {
    System.gc();
    limit = Math.max(FLOOR, 2 * used());
    collecting.set(false);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
