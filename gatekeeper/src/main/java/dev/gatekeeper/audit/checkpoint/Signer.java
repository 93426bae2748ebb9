package dev.gatekeeper.audit.checkpoint;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Signs heads of the log on a thread of its own: two signatures and two syncs take longer than ten
 * records. The appender hands it a head and later, under the lock, puts the signed one in its
 * place.
 */
public final class Signer implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("audit-signer").daemon().factory());
  private final Path latest;
  private final Runnable wake;
  private final AtomicReference<@Nullable Signed> signed = new AtomicReference<>();
  private volatile @Nullable Signed durable;
  private long asked;

  /**
   * @param latest where the newest checkpoint stands
   * @param wake called when there is something to {@link #take}, and when it is durable
   */
  public Signer(Path latest, Runnable wake) {
    this.latest = latest;
    this.wake = wake;
  }

  /** The largest size that a checkpoint was asked for. Of the appending thread alone. */
  public long asked() {
    return asked;
  }

  /** Begins to sign a durable head. */
  public void sign(byte[] logId, SigningKey identity, Epoch epoch, Frontier head, long size) {
    Frontier tree = head.copy();
    asked = size;
    thread.execute(
        () -> {
          byte[] note = Checkpoint.sign(new Digests(), logId, identity, epoch, tree, size);
          try {
            drop(signed.getAndSet(new Signed(logId, size, DurableFile.draft(latest, note))));
            wake.run();
          } catch (IOException e) {
            // The next records tell of a disk that takes nothing, and are signed with these.
          }
        });
  }

  /** What was signed since, and may have been overtaken. */
  public @Nullable Signed take() {
    return signed.getAndSet(null);
  }

  /** Makes durable that {@code one} has taken its place. */
  public void taken(Signed one) {
    thread.execute(
        () -> {
          try {
            DurableFile.syncDirectory(latest.resolveSibling("."));
            durable = one;
            wake.run();
          } catch (IOException e) {
            // Stays unknown to the state, and so is signed again.
          }
        });
  }

  /** How many records of that log a durable checkpoint covers, as far as is known here. */
  public long durable(byte[] logId) {
    Signed last = durable;
    return last != null && Arrays.equals(logId, last.logId) ? last.size : 0;
  }

  /** Forgets what was asked for: another log may stand there now. */
  public void forget() {
    asked = 0;
  }

  /** Waits for what was begun: no file is written after that. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drop(take());
  }

  private static void drop(@Nullable Signed one) {
    if (one != null) {
      try {
        one.draft.close();
      } catch (IOException e) {
        // A file that nobody reads stays beside the checkpoints.
      }
    }
  }

  /** A signed head that is durable beside the newest checkpoint. Not a record: nobody compares. */
  public static final class Signed {
    private final byte[] logId;
    private final long size;
    private final DurableFile.Draft draft;

    private Signed(byte[] logId, long size, DurableFile.Draft draft) {
      this.logId = logId;
      this.size = size;
      this.draft = draft;
    }

    /** Whether it is of this log and covers more than {@code records}. */
    public boolean isNews(byte[] log, long records) {
      return Arrays.equals(log, logId) && size > records;
    }

    public DurableFile.Draft draft() {
      return draft;
    }
  }
}
