package dev.gatekeeper.audit;

import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.chain.LogFiles;
import dev.gatekeeper.audit.opening.Arguments;
import dev.gatekeeper.audit.opening.Openings;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
 * <p>One thread of its own appends, and nobody ever interrupts it: an interrupt would close the
 * file and drop the lock.
 */
public final class AuditLog implements AutoCloseable {
  /** Records waiting to be written. More than every request in flight in a session has. */
  private static final int MAX_WAITING = 65_536;

  /** Records written under one lock and one sync. */
  private static final int MAX_BATCH = 256;

  /** Milliseconds until a record that nobody waits for is durable. */
  private static final long FLUSH = 50;

  /**
   * Milliseconds without a record until the end is signed, and between two tries to write what is
   * held back.
   */
  private static final long IDLE = 1_000;

  /** A disk that takes this long does not answer: some thousand times what the last syncs need. */
  private static final Duration CLOSE = Duration.ofSeconds(20);

  private final Path directory;
  private final AuditOptions options;
  private final Store store;
  private final Openings openings;
  private final OwnRecords own;
  private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Thread appender;
  private volatile boolean closing;

  // Of the appender alone.
  private final List<Pending> held = new ArrayList<>();
  private final List<Written> written = new ArrayList<>();
  private volatile @Nullable AuditFault lastFault;
  private @Nullable Moment lastMoment;
  private long refused;

  private AuditLog(Path directory, AuditOptions options, @Nullable AuditFault fault) {
    this.directory = directory;
    this.options = options;
    this.store = new Store(directory, options, () -> queue.offer(Pending.WAKE));
    this.openings = new Openings(directory);
    this.own = new OwnRecords(options);
    this.lastFault = fault;
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
    return Optional.ofNullable(lastFault);
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

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  /**
   * Hands over a record. Never waits for the disk.
   *
   * @param done told once, on the thread of the log, which must not be held up (on the caller's
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
    queue.offer(Pending.WAKE);
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
    boolean idle = true;
    while (!closing || !queue.isEmpty()) {
      Pending first = next(idle);
      // An interrupt that is left over would close each file that is touched.
      boolean _ = Thread.interrupted();
      List<Pending> batch = new ArrayList<>();
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, MAX_BATCH - 1);
        batch.removeIf(one -> one == Pending.WAKE);
      }
      if (!batch.isEmpty()) {
        idle = false;
        process(batch);
      } else if (first == null && !written.isEmpty()) {
        flush();
      } else if (first == null && !held.isEmpty()) {
        process(batch);
      } else if (first == null && !idle) {
        idle = true;
        attempt(store::signEnd);
      }
      store.signWhereDue();
      if (queue.isEmpty()) {
        boolean rests = idle;
        attempt(moment -> store.publish(moment, rests));
      }
    }
    if (!held.isEmpty()) {
      process(List.of());
    }
    flush();
    attempt(store::checkpoint);
    refuse(
        held, new AuditFault(Kind.CLOSED, "the audit log was closed before it could be written"));
    store.close();
    LogFiles.closeQuietly(openings);
  }

  /** Waits for a record: for ever when there is nothing else to do. */
  private @Nullable Pending next(boolean idle) {
    try {
      return idle && written.isEmpty() && held.isEmpty()
          ? queue.take()
          : queue.poll(written.isEmpty() ? IDLE : FLUSH, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody has this thread to interrupt it; should it happen all the same, records go on.
      return Pending.WAKE;
    }
  }

  private void process(List<Pending> batch) {
    List<Pending> all = new ArrayList<>(held);
    all.addAll(batch);
    held.clear();
    try {
      List<byte[]> rests = new ArrayList<>(notices(all.getFirst().moment()));
      int notices = rests.size();
      boolean durable = false;
      for (Pending pending : all) {
        durable |= pending.entry().event().durable();
        rests.add(pending.rest());
        keep(pending);
      }
      Moment last = all.getLast().moment();
      long first = store.append(rests, durable, last) + notices;
      lastMoment = last;
      lastFault = null;
      refused = 0;
      for (Pending pending : all) {
        written.add(new Written(first++, pending));
      }
      if (durable) {
        acknowledge();
      }
    } catch (AuditException e) {
      lastFault = e.fault();
      for (Pending pending : all) {
        // A call that was made has its outcome kept in memory until the log takes it.
        if (e.fault().kind().heals() && !pending.isAwaited()) {
          held.add(pending);
        } else {
          refused++;
          pending.refuse(e.fault());
        }
      }
    }
  }

  private void keep(Pending pending) throws AuditException {
    Arguments arguments = pending.entry().arguments();
    if (arguments != null) {
      try {
        openings.append(arguments.opening(), pending.moment());
      } catch (IOException e) {
        throw AuditException.of(e, directory);
      }
    }
  }

  /** What the log itself has to say first: that it refused records, that somebody set the clock. */
  private List<byte[]> notices(Moment now) {
    List<byte[]> rests = new ArrayList<>();
    AuditFault before = lastFault;
    if (before != null) {
      rests.add(own.fault(before, refused, now));
    }
    long step = lastMoment == null ? 0 : now.stepSince(lastMoment);
    if (step != 0) {
      rests.add(own.clockStep(step, now));
    }
    return rests;
  }

  private void flush() {
    if (written.isEmpty()) {
      return;
    }
    try {
      store.flush(Moment.now(options.clock()));
      acknowledge();
    } catch (AuditException e) {
      lastFault = e.fault();
      boolean last = !e.fault().kind().heals() || closing;
      List<Written> given =
          written.stream().filter(one -> last || one.pending().isAwaited()).toList();
      given.forEach(one -> one.pending().refuse(e.fault()));
      written.removeAll(given);
    }
  }

  private void acknowledge() {
    written.forEach(one -> one.pending().durable(one.n()));
    written.clear();
  }

  private interface Upkeep {
    void run(Moment moment) throws AuditException;
  }

  /** What no record waits for. */
  private void attempt(Upkeep upkeep) {
    try {
      upkeep.run(Moment.now(options.clock()));
    } catch (AuditException e) {
      lastFault = e.fault();
    }
  }

  private static void refuse(List<Pending> all, AuditFault fault) {
    all.forEach(pending -> pending.refuse(fault));
    all.clear();
  }

  private record Written(long n, Pending pending) {}
}
