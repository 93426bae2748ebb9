package dev.gatekeeper.audit;

import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.chain.LogFiles;
import dev.gatekeeper.audit.opening.Prints;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The chain of records of one directory, open for appending. Several processes may have the same
 * one open.
 *
 * <p>Guarantees: a record that was reported {@link Receipt.Durable} survives any crash and any loss
 * of power, or its loss is seen by {@code audit verify}. A record that was {@link Receipt.Refused}
 * must be taken for not written: what it announces must not happen. Records of one process stand in
 * the log in the order of submission.
 *
 * <p>One thread at a time appends, that of the log or one that was {@link #lend lent} to it, and
 * nobody ever interrupts either: an interrupt would close the file and drop the lock.
 */
public final class AuditLog implements AutoCloseable {
  /** Records waiting to be written. More than every request in flight in a session has. */
  private static final int MAX_WAITING = 65_536;

  /** Records written under one lock and one sync. */
  private static final int MAX_BATCH = 256;

  /**
   * Nanoseconds until a record that nobody waits for is written, where no other one comes before:
   * waking a thread for each takes as long as appending it.
   */
  private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(5);

  /** A disk that takes this long does not answer: some thousand times what the last syncs need. */
  private static final Duration CLOSE = Duration.ofSeconds(20);

  private final Path directory;
  private final AuditOptions options;
  private final Writing writing;
  private final Prints prints = new Prints();
  private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Set<Thread> lent = ConcurrentHashMap.newKeySet();
  private final Thread appender;
  private volatile boolean closing;

  /** Whether the thread of the log sleeps until it is woken, since there is nothing to do. */
  private volatile boolean idle = true;

  /** Of whoever appends: who has it has {@link #writing}. */
  private final ReentrantLock turn = new ReentrantLock();

  private volatile boolean closed;

  private AuditLog(Path directory, AuditOptions options, @Nullable AuditFault fault) {
    this.directory = directory;
    this.options = options;
    this.writing = new Writing(directory, options, fault, this::wake);
    this.appender = Thread.ofPlatform().name("audit-appender").daemon().unstarted(this::run);
    appender.start();
  }

  /**
   * Opens the log in {@code directory}, or creates it. Takes a few milliseconds however long the
   * log is; the first record pays for the rest.
   *
   * @throws AuditException when the directory cannot be used; {@link #unavailable} gives a log for
   *     that case
   */
  public static AuditLog open(Path directory, AuditOptions options) throws AuditException {
    try {
      LogFiles.prepare(directory);
    } catch (IOException e) {
      throw AuditException.of(e, directory);
    }
    return new AuditLog(directory, options, null);
  }

  /** A log that could not be opened: it refuses, and tries anew at each record. */
  public static AuditLog unavailable(AuditFault fault, Path directory, AuditOptions options) {
    return new AuditLog(directory, options, fault);
  }

  /** Why the log takes no records at the moment, as far as the last one told. */
  public Optional<AuditFault> fault() {
    return writing.fault();
  }

  /**
   * Signs the present end of the log in {@code directory}.
   *
   * @return the newest checkpoint, as a C2SP signed note; nothing where there is no log
   */
  public static Optional<byte[]> checkpoint(Path directory, AuditOptions options)
      throws AuditException {
    if (!Files.exists(directory.resolve(Format.STATE_FILE))) {
      return Optional.empty();
    }
    try (Store store = new Store(directory, options, () -> {})) {
      return Optional.of(store.checkpoint(Moment.now(options.clock())));
    }
  }

  /** Of secrets that records tell of; there are none until somebody names the vault. */
  public Prints prints() {
    return prints;
  }

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  /**
   * Hands over a record. Never waits for the disk.
   *
   * @param done told once, on the thread that appends, which must not be held up (on the caller's
   *     thread when the log is closed or has too many records waiting)
   */
  public void submit(Entry entry, Consumer<Receipt> done) {
    hand(entry, done, entry.event().durable());
  }

  private void hand(Entry entry, Consumer<Receipt> done, boolean awaited) {
    Moment moment = Moment.now(options.clock());
    Pending pending =
        new Pending(entry, moment, entry.rest(moment, options.context().values()), awaited, done);
    if (closing) {
      pending.refuse(new AuditFault(Kind.CLOSED, "the audit log is closed"));
    } else if (!queue.offer(pending)) {
      pending.refuse(
          new AuditFault(Kind.TOO_MUCH, "too many records wait for the audit log; try again"));
    } else if (closed) { // since the question above; nobody looks at the queue any more
      turn.lock();
      try {
        writeWaiting();
      } finally {
        turn.unlock();
      }
    } else if (awaited ? !lent.contains(Thread.currentThread()) : idle) {
      wake();
    }
  }

  /**
   * The calling thread sees to it that what it submits is written: it calls {@link #write} or
   * {@link #wake} soon after each time. Nobody may interrupt it, ever.
   */
  public void lend() {
    lent.add(Thread.currentThread());
  }

  /** Whether records wait, and no thread is just writing, which would take them, too. */
  public boolean hasWaiting() {
    return !queue.isEmpty() && !turn.isLocked();
  }

  /** Has the thread of the log write what waits. */
  public void wake() {
    LockSupport.unpark(appender);
  }

  /**
   * Writes what waits on the calling thread, which was {@link #lend lent}, unless another thread is
   * just doing so. Waits for the disk.
   */
  public void write() {
    // Once more after the turn was given back: who found it taken meanwhile relies on that.
    while (!queue.isEmpty() && turn.tryLock()) {
      try {
        writeWaiting();
      } finally {
        turn.unlock();
      }
    }
    if (idle) {
      wake(); // who sees to what is left to do
    }
  }

  /**
   * Appends a record and waits until it is durable. An interrupt does not end the wait; a log that
   * has no room does, for no record is kept in memory while somebody waits for it.
   *
   * @return its number
   * @throws AuditException when it was refused
   */
  public long append(Entry entry) throws AuditException {
    CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    hand(entry, receipt::complete, true);
    if (lent.contains(Thread.currentThread())) {
      write();
    }
    return switch (receipt.join()) {
      case Receipt.Durable(long n) -> n;
      case Receipt.Refused(AuditFault fault) -> throw new AuditException(fault);
    };
  }

  /** Makes everything durable and signs the end; then no file is written any more. */
  @Override
  public void close() {
    close(CLOSE);
  }

  /**
   * As {@link #close()}, but gives up after {@code patience}: for a process that is about to be
   * killed. What was acknowledged is durable all the same.
   */
  public void close(Duration patience) {
    closing = true;
    wake();
    boolean interrupted = false;
    long end = System.nanoTime() + patience.toNanos();
    while (appender.isAlive() && System.nanoTime() - end < 0) {
      try {
        appender.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long pause = Long.MAX_VALUE;
    while (!closing) {
      // After the turn was given back: who found it taken meanwhile relies on that.
      if (queue.isEmpty()) {
        LockSupport.parkNanos(pause);
      }
      idle = false;
      turn.lock();
      try {
        writeWaiting();
        idle = writing.upkeep(System.nanoTime());
      } finally {
        turn.unlock();
      }
      pause = idle ? Long.MAX_VALUE : GATHER;
    }
    turn.lock();
    try {
      writeWaiting();
      writing.finish();
      closed = true;
      writeWaiting();
    } finally {
      turn.unlock();
    }
  }

  private void writeWaiting() {
    // An interrupt that is left over would close each file that is touched.
    boolean _ = Thread.interrupted();
    while (!queue.isEmpty()) {
      List<Pending> batch = new ArrayList<>();
      queue.drainTo(batch, MAX_BATCH);
      if (closed) {
        Writing.refuse(batch, new AuditFault(Kind.CLOSED, "the audit log is closed"));
      } else {
        writing.write(batch);
      }
    }
  }
}
