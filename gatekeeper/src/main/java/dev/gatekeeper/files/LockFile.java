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
 * <p>POSIX record locks belong to the process: closing any channel on the file drops the lock that
 * another channel holds. So a process has at most one channel open on a lock file, which the
 * turnstile of its path sees to. Never open a lock file in any other way.
 */
public final class LockFile implements AutoCloseable {
  private static final Map<Path, Semaphore> TURNSTILES = new ConcurrentHashMap<>();

  /** Nanoseconds between two tries: a holder needs some 200 µs, a sync included. */
  private static final long FIRST_PAUSE = 50_000;

  private static final long LONGEST_PAUSE = 1_000_000;

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
      await(channel, lockFile, deadline, end);
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

  private static void await(FileChannel channel, Path file, Duration deadline, long end)
      throws IOException {
    long pause = FIRST_PAUSE;
    while (true) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return;
      }
      if (System.nanoTime() - end >= 0) {
        throw new LockTimeout(file, deadline);
      }
      LockSupport.parkNanos(pause);
      if (Thread.interrupted()) {
        throw interrupted();
      }
      pause = Math.min(LONGEST_PAUSE, pause * 2);
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
