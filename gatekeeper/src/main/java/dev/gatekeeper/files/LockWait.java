package dev.gatekeeper.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A wait for a lock that the system hands over: who asks again and again gets a lock later, and
 * takes the processor from whoever holds it. The system knows no deadline, so a thread looks
 * whether one has passed, and closes the channel, which ends the wait.
 */
final class LockWait {
  /** Nanoseconds by which a deadline may be noticed late. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

  /** Ticks with nobody waiting after which the thread ends. */
  private static final int QUIET = 300;

  /** Nanoseconds between two tries where the system lets nobody wait. */
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  private static final Set<LockWait> WAITS = new HashSet<>();
  private static boolean watched;

  private final FileChannel channel;
  private final long end;
  private boolean over;

  private LockWait(FileChannel channel, long end) {
    this.channel = channel;
    this.end = end;
  }

  /**
   * The lock on the byte at {@code at}; null where another process kept it until {@code end}, which
   * is a time of {@link System#nanoTime}. Then, and after an exception, the channel is of no use.
   *
   * @throws InterruptedIOException when the thread is interrupted
   */
  static @Nullable FileLock lock(FileChannel channel, long at, long end) throws IOException {
    FileLock free = channel.tryLock(at, 1, false);
    if (free != null) {
      return free;
    }
    LockWait wait = new LockWait(channel, end);
    watch(wait);
    try {
      return wait.handedOver(at);
    } finally {
      forget(wait);
    }
  }

  private @Nullable FileLock handedOver(long at) throws IOException {
    try {
      FileLock lock = channel.lock(at, 1, false);
      return expire() ? lock : null;
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      throw interrupted();
    } catch (ClosedChannelException e) {
      if (expire()) {
        throw e;
      }
      return null;
    } catch (IOException e) {
      // Where threads of two processes hold one lock each and wait for the other's, the system
      // takes that for a deadlock, though other threads may give them back.
      return askedFor(at);
    }
  }

  private @Nullable FileLock askedFor(long at) throws IOException {
    while (System.nanoTime() - end < 0) {
      FileLock lock = channel.tryLock(at, 1, false);
      if (lock != null) {
        return expire() ? lock : null;
      }
      LockSupport.parkNanos(PAUSE);
      if (Thread.interrupted()) {
        throw interrupted();
      }
    }
    return null;
  }

  static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for a lock");
  }

  /** Ends this wait; false where it had ended before. */
  private synchronized boolean expire() {
    boolean first = !over;
    over = true;
    return first;
  }

  private static void watch(LockWait wait) {
    synchronized (WAITS) {
      WAITS.add(wait);
      if (!watched) {
        watched = true;
        Thread.ofPlatform().daemon().name("lock-deadlines").start(LockWait::tick);
      }
    }
  }

  private static void forget(LockWait wait) {
    synchronized (WAITS) {
      WAITS.remove(wait);
    }
  }

  private static void tick() {
    int quiet = 0;
    while (true) {
      LockSupport.parkNanos(TICK);
      synchronized (WAITS) {
        long now = System.nanoTime();
        for (LockWait wait : WAITS) {
          if (now - wait.end >= 0 && wait.expire()) {
            close(wait.channel);
          }
        }
        quiet = WAITS.isEmpty() ? quiet + 1 : 0;
        if (quiet == QUIET) {
          watched = false;
          return;
        }
      }
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed all the same, and was never written to.
    }
  }
}
