package dev.gatekeeper.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Reaps what we started, and what those have left to us as their subreaper, on one thread.
 *
 * <p>The JDK starts processes too, and reaps each by its id; one that we took would have no exit
 * code there. So the thread only looks at who has ended ({@code WNOWAIT}), and leaves a process
 * that is neither ours nor labelled to its owner, for a while: a zombie that nobody takes within
 * {@link #OWNERS_TIME_NANOS} was inherited from whatever ran before us in this process.
 */
final class Reaper {
  private static final long OWNERS_TIME_NANOS = 1_000_000_000L;
  private static final long PAUSE_MILLIS = 5;
  private static final int P_ALL = 0;
  private static final int WEXITED = 4;
  private static final int WNOHANG = 1;
  private static final int INFO_BYTES = 128;

  private static final MemorySegment WAITID = Libc.require("waitid");
  private static final MemorySegment WAITPID = Libc.require("waitpid");

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Condition CHANGED = LOCK.newCondition();
  private static final Map<Long, Child> CHILDREN = new HashMap<>();
  private static final Map<Long, Exit> EARLY = new HashMap<>();
  private static boolean starting;
  private static boolean running;

  private Reaper() {}

  /** Starts a process and returns it. */
  interface Start {
    Child run() throws KernelException;
  }

  /**
   * Knows the child from its first moment on: one that ended before the start returned is told
   * then. The reaper does not wait for a start, which can hang in a file system. One start at a
   * time.
   */
  static Child adopt(Start start) throws KernelException {
    locked(() -> starting = true);
    try {
      Child child = start.run();
      locked(() -> adopted(child)).ifPresent(exit -> child.exit().complete(exit));
      return child;
    } finally {
      locked(Reaper::started);
    }
  }

  private static Optional<Exit> adopted(Child child) {
    Optional<Exit> early = Optional.ofNullable(EARLY.remove(child.pid()));
    if (early.isEmpty()) {
      CHILDREN.put(child.pid(), child);
      if (!running) {
        running = true;
        Thread.ofPlatform().daemon().name("reaper").start(Reaper::run);
      }
      CHANGED.signalAll();
    }
    return early;
  }

  private static boolean started() {
    EARLY.clear();
    starting = false;
    return true;
  }

  private static void run() {
    MemorySegment info = Arena.ofAuto().allocate(INFO_BYTES, Long.BYTES);
    long stranger = 0;
    long since = 0;
    while (true) {
      int result =
          Libc.callInt(WAITID, P_ALL, 0, info.address(), WEXITED | Platform.CURRENT.waitNoReap, 0);
      if (result == -KernelException.ECHILD) {
        awaitChild();
      } else if (result == 0) {
        long pid = info.get(JAVA_INT, Platform.CURRENT.infoPid);
        if (ours(pid)) {
          reap(pid);
        } else if (pid != stranger) {
          stranger = pid;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > OWNERS_TIME_NANOS) {
          reap(pid);
        } else {
          reapKnown();
          pause();
        }
      }
    }
  }

  private static boolean ours(long pid) {
    // The JDK's children stay in our group, and may have a label by the accident of having been
    // started at the same instant as a child of ours.
    return locked(() -> CHILDREN.containsKey(pid))
        || (Processes.label(pid).isPresent() && !Processes.isOfOurGroup(pid));
  }

  /** While a stranger's zombie comes first in every answer, ours are asked for one by one. */
  private static void reapKnown() {
    for (Long pid : locked(() -> List.copyOf(CHILDREN.keySet()))) {
      reap(pid);
    }
  }

  private static void reap(long pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(JAVA_INT);
      if (Libc.callInt(WAITPID, pid, status.address(), WNOHANG) == pid) {
        Exit exit = Exit.of(status.get(JAVA_INT, 0));
        locked(() -> known(pid, exit)).ifPresent(child -> child.exit().complete(exit));
      }
    }
  }

  private static Optional<Child> known(long pid, Exit exit) {
    Child child = CHILDREN.remove(pid);
    if (child == null && starting) {
      EARLY.put(pid, exit);
    }
    return Optional.ofNullable(child);
  }

  private static void awaitChild() {
    LOCK.lock();
    try {
      while (CHILDREN.isEmpty()) {
        CHANGED.awaitUninterruptibly();
      }
    } finally {
      LOCK.unlock();
    }
  }

  private static <T> T locked(Supplier<T> work) {
    LOCK.lock();
    try {
      return work.get();
    } finally {
      LOCK.unlock();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the reaper", e);
    }
  }
}
