package dev.gatekeeper.files;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Mutual exclusion between processes, and between the threads of this one, by a lock on a file that
 * holds no data.
 *
 * <p>Guarantee: between {@link #acquire} and {@link #close} no other holder exists; the system
 * releases the lock when the process dies, however it dies.
 *
 * <p>Who waits has to wake first, so whoever gives the lock back and takes it at once would come
 * first every time. Therefore one waiter at a time is next, and nobody passes it: with eight busy
 * writers each gets its turn.
 *
 * <p>POSIX record locks belong to the process: closing any channel on the file drops the lock that
 * another channel holds. So a process has at most one channel open on a lock file, which belongs to
 * the {@link Place} of its path. Never open a lock file in any other way.
 */
public final class LockFile implements AutoCloseable {
  private static final Map<Path, Place> PLACES = new ConcurrentHashMap<>();

  /** The byte that is the lock, and the one that whoever is next holds meanwhile. */
  private static final long LOCK = 0;

  private static final long NEXT = 1;

  private final Place place;
  private final FileLock lock;
  private boolean closed;

  private LockFile(Place place, FileLock lock) {
    this.place = place;
    this.lock = lock;
  }

  /**
   * Keeps {@code lockFile} open between two times that it is locked, for who locks it often; until
   * what is returned is closed. Where another file took its name meanwhile, that one is locked.
   */
  public static AutoCloseable keepOpen(Path lockFile) {
    Place place = Place.of(lockFile);
    place.keepers.incrementAndGet();
    return () -> {
      place.turnstile.acquireUninterruptibly();
      place.keepers.decrementAndGet();
      place.leave(null);
    };
  }

  /**
   * Takes the lock, creating {@code lockFile} (mode 0600) when it is missing.
   *
   * @throws LockTimeout when another holder kept it for all of {@code deadline}
   * @throws IOException when the file cannot be opened, or the thread is interrupted
   */
  public static LockFile acquire(Path lockFile, Duration deadline) throws IOException {
    long end = System.nanoTime() + deadline.toNanos();
    Place place = Place.of(lockFile);
    try {
      if (!place.turnstile.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new LockTimeout(lockFile, deadline);
      }
    } catch (InterruptedException e) {
      throw LockWait.interrupted();
    }
    boolean held = false;
    try {
      FileChannel channel = place.open(lockFile);
      FileLock next = await(channel, NEXT, lockFile, deadline, end);
      FileLock lock = await(channel, LOCK, lockFile, deadline, end);
      next.release();
      held = true;
      return new LockFile(place, lock);
    } finally {
      if (!held) {
        place.leave(null);
      }
    }
  }

  private static FileLock await(
      FileChannel channel, long at, Path file, Duration deadline, long end) throws IOException {
    FileLock lock = LockWait.lock(channel, at, end);
    if (lock == null) {
      throw new LockTimeout(file, deadline);
    }
    return lock;
  }

  /** Gives the lock back. A second call does nothing. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    place.leave(lock);
  }

  /** The one channel of this process on a lock file. What has no comment needs the turnstile. */
  private static final class Place {
    final Semaphore turnstile = new Semaphore(1, true);

    /** For how many it stays open. */
    final AtomicInteger keepers = new AtomicInteger();

    private @Nullable FileChannel channel;
    private @Nullable Object key;

    /** The place of a path. Needs no turnstile. */
    static Place of(Path lockFile) {
      return PLACES.computeIfAbsent(lockFile.toAbsolutePath().normalize(), _ -> new Place());
    }

    FileChannel open(Path lockFile) throws IOException {
      Object named = FileKey.of(lockFile);
      FileChannel kept = channel;
      if (kept != null && kept.isOpen() && named != null && named.equals(key)) {
        return kept;
      }
      shut();
      if (named != null && !Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
        // To open a pipe for writing waits for a reader, without an end.
        throw new IOException(lockFile + " is no regular file, so it cannot be locked; delete it");
      }
      FileChannel opened =
          FileChannel.open(
              lockFile,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
              OwnerOnly.fileMode());
      channel = opened;
      // A name that changed hands meanwhile tells nothing of what was opened: look again next time.
      key = named != null && named.equals(FileKey.of(lockFile)) ? named : null;
      return opened;
    }

    void shut() throws IOException {
      FileChannel kept = channel;
      channel = null;
      if (kept != null) {
        kept.close();
      }
    }

    /** Gives the lock back, or what of it was taken, and the turnstile. */
    void leave(@Nullable FileLock held) throws IOException {
      try {
        if (held == null || keepers.get() == 0) {
          shut();
        } else {
          held.release();
        }
      } catch (ClosedChannelException e) {
        // An interrupt closed the channel, and the lock was gone with it.
      } finally {
        turnstile.release();
      }
    }
  }
}
