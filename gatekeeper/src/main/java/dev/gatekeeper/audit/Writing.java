package dev.gatekeeper.audit;

import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.chain.LogFiles;
import dev.gatekeeper.audit.opening.Arguments;
import dev.gatekeeper.audit.opening.Openings;
import dev.gatekeeper.audit.record.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way into the log, of whichever thread has the turn: written, made durable,
 * acknowledged, or held back until the log takes them.
 */
final class Writing {
  /** Nanoseconds after which a record that was written for nobody is made durable. */
  static final long FLUSH = TimeUnit.MILLISECONDS.toNanos(45);

  /**
   * Nanoseconds without a record until the end is signed, and between two tries to write what is
   * held back.
   */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

  private final Path directory;
  private final AuditOptions options;
  private final Store store;
  private final Openings openings;
  private final OwnRecords own;
  private final List<Pending> held = new ArrayList<>();
  private final List<Written> written = new ArrayList<>();
  private long lastTry = System.nanoTime() - IDLE;
  private long unsyncedSince;
  private boolean signed = true;
  private volatile @Nullable AuditFault lastFault;
  private @Nullable Moment lastMoment;
  private long refused;

  /**
   * @param wake called when {@link #upkeep} has something to do, on another thread
   */
  Writing(Path directory, AuditOptions options, @Nullable AuditFault fault, Runnable wake) {
    this.directory = directory;
    this.options = options;
    this.store = new Store(directory, options, wake);
    this.openings = new Openings(directory);
    this.own = new OwnRecords(options);
    this.lastFault = fault;
  }

  /** Why the log takes no records at the moment, as far as the last one told. For any thread. */
  Optional<AuditFault> fault() {
    return Optional.ofNullable(lastFault);
  }

  /** Writes what is held back, and these. */
  void write(List<Pending> batch) {
    List<Pending> all = new ArrayList<>(held);
    all.addAll(batch);
    held.clear();
    signed = false;
    if (written.isEmpty()) {
      unsyncedSince = System.nanoTime();
    }
    try {
      List<byte[]> rests = new ArrayList<>(notices(all.getFirst().moment()));
      int notices = rests.size();
      boolean durable = false;
      for (Pending pending : all) {
        durable |= pending.isAwaited();
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
    } finally {
      lastTry = System.nanoTime();
    }
  }

  /**
   * Does what no record waits for.
   *
   * @return whether there is nothing more to do until a record comes
   */
  boolean upkeep(long now) {
    boolean pause = now - lastTry >= IDLE;
    if (!written.isEmpty()) {
      if (now - unsyncedSince >= FLUSH) {
        flush(false);
      }
    } else if (pause && !held.isEmpty()) {
      write(List.of());
    } else if (pause && !signed) {
      signed = true;
      attempt(store::signEnd);
    }
    store.signWhereDue();
    boolean rests = pause && written.isEmpty() && held.isEmpty() && signed;
    attempt(moment -> store.publish(moment, rests));
    return rests;
  }

  /**
   * Makes everything durable, signs the end and closes the files; what cannot be written is
   * refused.
   */
  void finish() {
    if (!held.isEmpty()) {
      write(List.of());
    }
    flush(true);
    attempt(store::checkpoint);
    refuse(
        held, new AuditFault(Kind.CLOSED, "the audit log was closed before it could be written"));
    store.close();
    LogFiles.closeQuietly(openings);
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

  private void flush(boolean last) {
    if (written.isEmpty()) {
      return;
    }
    try {
      store.flush(Moment.now(options.clock()));
      acknowledge();
    } catch (AuditException e) {
      lastFault = e.fault();
      if (last || !e.fault().kind().heals()) {
        written.forEach(one -> one.pending().refuse(e.fault()));
        written.clear();
      }
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

  static void refuse(List<Pending> all, AuditFault fault) {
    all.forEach(pending -> pending.refuse(fault));
    all.clear();
  }

  private record Written(long n, Pending pending) {}
}
