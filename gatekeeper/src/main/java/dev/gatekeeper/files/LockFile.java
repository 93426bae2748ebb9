package dev.gatekeeper.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Mutual exclusion between processes, and between the threads of this one, by a lock on a file that
 * holds no data.
 *
 * <p>Guarantee: between {@link #acquire} and {@link #close} no other holder exists; the system
 * releases the lock when the process dies, however it dies.
 *
 * <p>Waiting is a matter of trying again, so whoever gives the lock back and takes it at once would
 * come first every time. Therefore one waiter at a time is next, and nobody passes it: with eight
 * busy writers each gets its turn.
 *
 * <p>POSIX record locks belong to the process: closing any channel on the file drops the lock that
 * another channel holds. So a process has at most one channel open on a lock file, which the
 * turnstile of its path sees to. Never open a lock file in any other way.
 */
public final class LockFile implements AutoCloseable {
  private static final Map<Path, Semaphore> TURNSTILES = new ConcurrentHashMap<>();

  /** The byte that is the lock, and the one that whoever is next holds meanwhile. */
  private static final long LOCK = 0;

  private static final long NEXT = 1;

  /**
   * Nanoseconds between two tries of whoever is next, doubled up to the longest: a holder needs
   * some 200 µs, a sync included.
   */
  private static final long FIRST_PAUSE = 50_000;

  private static final long LONGEST_PAUSE = 400_000;

  /** Nanoseconds between two tries to be next: the same for all, however long they have waited. */
  private static final long QUEUE_PAUSE = 500_000;

  private final Semaphore turnstile;
  private final FileChannel channel;
  private boolean closed;

  private LockFile(Semaphore turnstile, FileChannel channel) {
    this.turnstile = turnstile;
    this.channel = channel;
  }

  /**
   * Takes the lock, creating {@code lockFile} (mode 0600) when it is missing.
   *
   * @throws LockTimeout when another holder kept it for all of {@code deadline}
   * @throws IOException when the file cannot be opened, or the thread is interrupted
   */
  public static LockFile acquire(Path lockFile, Duration deadline) throws IOException {
    long end = System.nanoTime() + deadline.toNanos();
    Path key = lockFile.toAbsolutePath().normalize();
    Semaphore turnstile = TURNSTILES.computeIfAbsent(key, k -> new Semaphore(1, true));
    try {
      if (!turnstile.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new LockTimeout(lockFile, deadline);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    FileChannel channel = null;
    boolean held = false;
    try {
      channel =
          FileChannel.open(
              lockFile,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
              OwnerOnly.fileMode());
      FileLock next = await(channel, NEXT, QUEUE_PAUSE, QUEUE_PAUSE, lockFile, deadline, end);
      FileLock _ = await(channel, LOCK, FIRST_PAUSE, LONGEST_PAUSE, lockFile, deadline, end);
      next.release();
      held = true;
      return new LockFile(turnstile, channel);
    } finally {
      if (!held) {
        try {
          if (channel != null) {
            channel.close();
          }
        } finally {
          turnstile.release();
        }
      }
    }
  }

  private static FileLock await(
      FileChannel channel,
      long place,
      long first,
      long longest,
      Path file,
      Duration deadline,
      long end)
      throws IOException {
    long pause = first;
    while (true) {
      FileLock lock = channel.tryLock(place, 1, false);
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() - end >= 0) {
        throw new LockTimeout(file, deadline);
      }
      LockSupport.parkNanos(pause);
      if (Thread.interrupted()) {
        throw interrupted();
      }
      pause = Math.min(longest, pause * 2);
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for a lock");
  }

  /** Gives the lock back. A second call does nothing. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
    } finally {
      turnstile.release();
    }
  }
}
