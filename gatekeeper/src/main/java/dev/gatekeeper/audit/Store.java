package dev.gatekeeper.audit;

import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.chain.LogFiles;
import dev.gatekeeper.audit.chain.State;
import dev.gatekeeper.audit.checkpoint.Signer;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.files.SyncFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the one thread that appends does with the files of a log, each time under the append lock.
 */
final class Store implements AutoCloseable {
  /** Records between two checkpoints. */
  private static final int CHECKPOINT_EVERY = 64;

  /**
   * Nanoseconds between two checkpoints while records go on, of all processes together. At
   * thousands of calls a second one for every 64 records took four fifths of all processor time.
   */
  private static final long CHECKPOINT_PAUSE = 100_000_000;

  private final Path directory;
  private final Path lock;
  private final AutoCloseable lockStaysOpen;
  private final Duration patience;
  private final LockedLog log;
  private final Signer signer;
  private boolean prepared;
  private long nextSigning = System.nanoTime();

  /** What the newest checkpoint that the state told of covers. */
  private long covered;

  /**
   * @param wake called when {@link #publish} has something to do, on another thread
   */
  Store(Path directory, AuditOptions options, Runnable wake) {
    this.directory = directory;
    this.lock = directory.resolve(Format.LOCK_FILE);
    this.lockStaysOpen = LockFile.keepOpen(lock);
    this.patience = options.patience();
    Path checkpoints = directory.resolve(Format.CHECKPOINT_DIRECTORY);
    this.signer = new Signer(checkpoints.resolve(Format.LATEST), wake);
    this.log = new LockedLog(directory, options, signer);
  }

  /**
   * Appends records, given by their bodies from {@code ,"time"} on.
   *
   * @return number of the first
   */
  long append(List<byte[]> rests, boolean durable, Moment moment) throws AuditException {
    return locked(
        () -> {
          log.settle(moment);
          if (log.state().epoch.over(log.head().n(), moment.wall())) {
            log.sync();
            log.beginEpoch(moment);
          }
          log.rotateWhereFull(moment);
          long first = log.head().n();
          log.write(rests);
          if (durable) {
            log.sync();
          }
          return first;
        });
  }

  /** Makes durable what {@link #append} left in memory of the system. */
  void flush(Moment moment) throws AuditException {
    locked(
        () -> {
          log.settle(moment);
          log.sync();
          return true;
        });
  }

  /** Has a head signed where that is due; nobody waits for it. */
  void signWhereDue() {
    State now = log.seen();
    if (now == null) {
      return;
    }
    if (now.checkpoint != covered) {
      covered = now.checkpoint;
      if (covered > signer.asked()) {
        // Another process signs this log. Whoever has signed goes on; of the others one takes over.
        nextSigning =
            System.nanoTime()
                + CHECKPOINT_PAUSE
                + ThreadLocalRandom.current().nextLong(CHECKPOINT_PAUSE);
      }
    }
    if (now.head.n() - Math.max(now.checkpoint, signer.asked()) >= CHECKPOINT_EVERY
        && System.nanoTime() - nextSigning >= 0
        && now.epoch.covers(now.head.n() - 1)) {
      sign(now);
    }
  }

  /** Makes all durable and has the end signed; nobody waits for the signature. */
  void signEnd(Moment moment) throws AuditException {
    flush(moment);
    State now = log.state();
    if (now.head.n() > Math.max(now.checkpoint, signer.asked())) {
      sign(now);
    }
  }

  /**
   * Puts a checkpoint that was signed meanwhile in its place, unless a newer one is there.
   *
   * @param idle whether there is time to leave no older key in the state
   */
  void publish(Moment moment, boolean idle) throws AuditException {
    Signer.Signed signed = signer.take();
    State before = log.seen();
    boolean rest = idle && before != null && signer.durable(before.logId) > before.checkpoint;
    if (signed == null && !rest) {
      return;
    }
    try (DurableFile.@Nullable Draft draft = signed == null ? null : signed.draft()) {
      locked(
          () -> {
            log.settle(moment);
            State now = log.state();
            // Another process may have published what the state does not count yet.
            long newest = Math.max(now.checkpoint, log.files().newestSize(now.logId));
            if (signed != null && draft != null && signed.isNews(now.logId, newest)) {
              draft.take();
              signer.taken(signed);
            } else if (rest && now.head.n() == log.head().n()) {
              now.checkpoint = Math.max(now.checkpoint, signer.durable(now.logId));
              log.files().states().settle(now);
            }
            return true;
          });
    } catch (IOException e) {
      throw AuditException.of(e, directory);
    }
  }

  /**
   * Signs the durable end, and leaves no older key in the state. Does nothing when another process
   * has just done so.
   *
   * @return the newest checkpoint
   */
  byte[] checkpoint(Moment moment) throws AuditException {
    return locked(
        () -> {
          log.settle(moment);
          log.sync();
          State now = log.state();
          if (now.head.n() > now.checkpoint) {
            if (now.epoch.covers(now.head.n() - 1)) {
              log.files().publish(log.sign(now.epoch));
            }
            now.checkpoint = now.head.n();
            log.files().states().settle(now);
          }
          return log.files().newest();
        });
  }

  private interface Locked<T> {
    T run() throws IOException, AuditException;
  }

  private <T> T locked(Locked<T> work) throws AuditException {
    try {
      prepare();
    } catch (IOException e) {
      throw AuditException.of(e, directory);
    }
    try (LockFile _ = LockFile.acquire(lock, patience)) {
      try {
        return work.run();
      } catch (SyncFailed e) {
        throw log.latch(e);
      }
    } catch (IOException e) {
      forget();
      throw AuditException.of(e, directory);
    } catch (AuditException e) {
      forget();
      throw e;
    } catch (RuntimeException | AssertionError e) {
      forget();
      throw new AuditException(
          Kind.INCONSISTENT, "the audit log failed inside: " + e.getClass().getSimpleName(), e);
    }
  }

  private void prepare() throws IOException {
    if (!prepared) {
      LogFiles.prepare(directory);
      prepared = true;
    }
  }

  private void sign(State now) {
    nextSigning = System.nanoTime() + CHECKPOINT_PAUSE;
    signer.sign(now.logId, now.identity, now.epoch, now.head.tree(), now.head.n());
  }

  private void forget() {
    prepared = false;
    signer.forget();
    log.forget();
  }

  @Override
  public void close() {
    signer.close();
    log.close();
    LogFiles.closeQuietly(lockStaysOpen);
  }
}
