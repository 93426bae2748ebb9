package dev.gatekeeper.audit.upkeep;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditFault;
import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.chain.LogFiles;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.chain.State;
import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.files.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * Makes a log that stays closed take records again, on a person's word. Used under the append lock.
 *
 * <p>Guarantees: nothing that was acknowledged is given up unless the caller accepts it; the first
 * record after it tells what was; whatever is taken off is kept beside the log. Damage with records
 * behind it is never repaired. Each step may be the last one: until the state is written, the log
 * stays closed and recovery can be run again; from then on whoever appends writes that record
 * first.
 */
public final class Recovery {
  /** Bytes beyond the last whole record: what is lost there, and is set aside. */
  private static final int MAX_ASIDE = 256 << 20;

  private final Path directory;
  private final AuditOptions options;
  private final Digests digests = new Digests();

  private Recovery(Path directory, AuditOptions options) {
    this.directory = directory;
    this.options = options;
  }

  /**
   * Makes a log that stays closed take records again, after a person proved to be present.
   *
   * @param acceptLoss whether acknowledged records that are missing are given up
   * @param read is told how many records of the log were read
   * @return how many were given up
   * @throws AuditException when there is nothing to recover, or it cannot be
   */
  public static long recover(
      Path directory, AuditOptions options, boolean acceptLoss, LongConsumer read)
      throws AuditException {
    Moment now = Moment.now(options.clock());
    long lost;
    try {
      LogFiles.prepare(directory);
      try (LockFile _ =
          LockFile.acquire(directory.resolve(Format.LOCK_FILE), Duration.ofSeconds(2))) {
        lost = new Recovery(directory, options).run(acceptLoss, now, read);
      }
    } catch (IOException e) {
      throw AuditException.of(e, directory);
    }
    AuditLog.checkpoint(directory, options);
    return lost;
  }

  private long run(boolean acceptLoss, Moment moment, LongConsumer read)
      throws IOException, AuditException {
    try (LogFiles files = new LogFiles(directory, options.sync(), digests)) {
      files.openState();
      State state =
          files
              .states()
              .read()
              .orElseThrow(
                  () ->
                      refused(
                          "the file 'state' held the keys of the log and is missing or damaged;"
                              + " without it no record can follow; move "
                              + directory
                              + " away to begin a new log"));
      Whole whole = Whole.read(directory, digests, state.logId, state.head.n(), read);
      long lost = Math.max(0, state.acked - whole.n());
      if (lost == 0 && !whole.holds(state.head.hash())) {
        throw refused("the log is not the one that its state belongs to");
      }
      if (lost == 0 && state.fault == 0) {
        throw refused("nothing is to be recovered: no record is missing and no sync has failed");
      }
      if (lost > 0) {
        judge(whole, state, acceptLoss);
        loseTail(files, whole, state, moment);
      } else {
        cut(files, state.segment, state.head.offset(), state);
        goOn(files, state);
      }
      state.fault = 0;
      // A file that is being begun is begun first.
      state.recoverAt = state.head.n() + (state.closing == 0 ? 0 : 1);
      files.states().settle(state);
      return lost;
    }
  }

  private void judge(Whole whole, State state, boolean acceptLoss)
      throws IOException, AuditException {
    String missing = "records " + whole.n() + " to " + (state.acked - 1) + " are missing";
    if (whole.n() == 0) {
      throw refused("no record is left; move " + directory + " away to begin a new log");
    }
    if (whole.goesOnElsewhere() || behind(whole) > 1) {
      throw refused(
          "the log is damaged at record "
              + whole.n()
              + " with records behind it, which is never repaired; restore the file, or move "
              + directory
              + " away to begin a new log");
    }
    if (!acceptLoss) {
      throw refused(
          missing
              + "; put the file back if you can, else give them up with"
              + " 'gatekeeper audit recover --accept-loss'");
    }
  }

  /** Lines that look like records behind the last whole one. */
  private int behind(Whole whole) throws IOException {
    int found = 0;
    String rest = new String(rest(whole.segment(), whole.offset()), StandardCharsets.UTF_8);
    for (String line : rest.split("\n", -1)) {
      found += line.startsWith("{\"v\":") && line.endsWith("\"}") ? 1 : 0;
    }
    return found;
  }

  /** What was being begun, and did not become durable, begins anew: its record was taken off. */
  private static void goOn(LogFiles files, State state) throws IOException {
    long n = state.head.n();
    if (state.pending != null) {
      state.pending = null;
      state.epochsEnd = files.cutCheckpoints(n);
      state.checkpoint = Math.min(state.checkpoint, n);
    }
    if (state.closing == n) {
      state.closing = 0;
    }
    state.lostTo = 0; // of a loss before this one, which has its own record
  }

  /** New keys for the records that follow: those of the lost ones cannot be had any more. */
  private void loseTail(LogFiles files, Whole whole, State state, Moment moment)
      throws IOException, AuditException {
    cut(files, whole.segment(), whole.offset(), state);
    long n = whole.n();
    state.epochsEnd = files.cutCheckpoints(n);
    state.checkpoint = 0;
    // Where the record of an older loss is lost as well, this one tells of both.
    state.lostTo = state.recoverAt >= n ? Math.max(state.acked, state.lostTo) : state.acked;
    state.acked = n;
    state.pending = null;
    state.closing = 0;
    state.segment = whole.nextSegment();
    if (state.segment == n) {
      files.createSegment(n);
    }
    state.head = whole.head(state.logId, Epoch.newMacKey());
    // It signs for the record that introduces it, too: no older key can. Whom its MAC key is sealed
    // to is asked by whoever writes that record.
    state.epoch = Epoch.begin(whole.epoch() + 1, n - 1, moment, new byte[Format.HASH]);
  }

  private void cut(LogFiles files, long segment, long offset, State state) throws IOException {
    byte[] aside = rest(segment, offset);
    byte[] digest = digests.hash(aside);
    files.keepBeside(state.acked, aside, digest);
    state.asideSize = aside.length;
    state.asideDigest = digest;
    try (Segment log = Segment.open(Segment.path(directory, segment))) {
      log.truncate(offset);
      log.force();
    }
  }

  private byte[] rest(long segment, long offset) throws IOException {
    try (Segment log = Segment.open(Segment.path(directory, segment))) {
      if (log.size() - offset > MAX_ASIDE) {
        throw new IOException("more than " + MAX_ASIDE + " bytes follow the last whole record");
      }
      return log.read(offset, log.size());
    }
  }

  private static AuditException refused(String text) {
    return new AuditException(new AuditFault(Kind.INCONSISTENT, text));
  }
}
