package dev.gatekeeper.audit;

import dev.gatekeeper.audit.AuditFault.Kind;
import dev.gatekeeper.audit.chain.ChainHead;
import dev.gatekeeper.audit.chain.LogFiles;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.chain.State;
import dev.gatekeeper.audit.checkpoint.Checkpoint;
import dev.gatekeeper.audit.checkpoint.Epoch;
import dev.gatekeeper.audit.checkpoint.Signer;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.record.Moment;
import dev.gatekeeper.files.DurableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The log under the append lock: object, state and file brought to one common end, and moved on
 * from there.
 *
 * <p>Each step may be the last one before the process is killed or the power fails:
 *
 * <ol>
 *   <li>the state is read; what the log has beyond it is checked and taken over, a torn end is set
 *       aside;
 *   <li>lines are written at the end that the state and those lines give, never "at the end of the
 *       file";
 *   <li>the log is synced;
 *   <li>the state is written. It is never ahead of what the disk holds of the log.
 * </ol>
 *
 * <p>A new epoch: its keys are made durable in the state; its record is made durable, under the MAC
 * key of the old one; the old signing key closes the old epoch with a checkpoint that covers this
 * record; only then the state drops the old keys. Whoever finds a state with a pending epoch does
 * the rest of it first.
 */
final class LockedLog implements AutoCloseable {
  /** Bytes beyond the state that a crash can explain: an epoch of the longest lines. */
  private static final long MAX_TAIL = (Epoch.MAX_RECORDS + 1024) * (Format.MAX_LINE + 1L);

  private final Path directory;
  private final AuditOptions options;
  private final OwnRecords own;
  private final Digests digests = new Digests();
  private final LogFiles files;
  private final Recipients recipients;
  private final Signer signer;
  private @Nullable AuditException latched;
  private @Nullable State state;
  private @Nullable ChainHead head;
  private boolean recipientsChecked;

  LockedLog(Path directory, AuditOptions options, Signer signer) {
    this.signer = signer;
    this.directory = directory;
    this.options = options;
    this.own = new OwnRecords(options);
    this.recipients = new Recipients(options, digests);
    this.files = new LogFiles(directory, options.sync(), digests);
  }

  /** The state as it was when the lock was last held; null before, and after a failure. */
  @Nullable State seen() {
    return state;
  }

  LogFiles files() {
    return files;
  }

  /** Brings this object, the state and the log to one common end. */
  void settle(Moment moment) throws IOException, AuditException {
    if (latched != null) {
      throw latched;
    }
    if (files.openState()) {
      state = null;
    }
    Optional<State> found = files.states().read();
    if (found.isEmpty()) {
      found(moment);
    } else if (found.get() != state) {
      state = found.get();
      head = state.head.copy();
    }
    State now = state();
    if (now.fault != 0) {
      throw latch(null);
    }
    files.openLog(now);
    long size = files.log().size();
    if (size < head().offset()) {
      head = now.head.copy();
    }
    if (size < now.head.offset()) {
      throw inconsistent(
          "the log ends before record "
              + now.acked
              + ", which was acknowledged: records are missing");
    }
    // A log that is cut while a line is being written grows again by that line, around a hole.
    long durable = now.head.offset();
    if (durable > 0 && files.log().read(durable - 1, durable)[0] != '\n') {
      throw inconsistent("record " + now.acked + " of the log was overwritten");
    }
    if (size > head().offset()) {
      rollForward(size);
    }
    if (now.pending != null) {
      finishEpoch(moment);
    } else if (now.closing != 0) {
      finishSegment(moment);
    } else if (head().n() == 0) {
      settleRecipients(now);
      write(List.of(own.logOpen(now, recipients.asked(), moment)));
      sync();
    } else if (head().offset() == 0 && now.recoverAt != head().n()) {
      openSegment(moment);
    }
    if (now.recoverAt == head().n() && now.recoverAt > 0) {
      if (now.isLoss()) {
        settleRecipients(now);
      }
      write(List.of(own.recovered(now, recipients.asked(), moment)));
      sync();
    }
    if (!recipientsChecked) {
      recipientsChecked = true;
      byte[] present = recipients.ask();
      if (!Arrays.equals(now.epoch.recipients(), present)) {
        sync();
        beginEpoch(moment, present);
      }
    }
  }

  /** Before the record of the present epoch is written: the state has the digest of its seals. */
  private void settleRecipients(State now) throws IOException {
    Epoch epoch = recipients.settled(now.epoch);
    if (epoch != now.epoch) {
      now.epoch = epoch;
      files.states().settle(now);
    }
    recipientsChecked = true;
  }

  /** A new log: identity, first epoch, first keys. Durable before the first line is written. */
  private void found(Moment moment) throws IOException, AuditException {
    List<Path> segments = Segment.all(directory);
    if (segments.size() > 1
        || (!segments.isEmpty()
            && (Segment.first(segments.getFirst()) > 0 || Files.size(segments.getFirst()) > 0))) {
      throw AuditException.withoutState(directory);
    }
    state = State.found(digests, Epoch.begin(0, 0, moment, recipients.ask()));
    head = state.head.copy();
    files.states().settle(state);
    DurableFile.syncDirectory(directory);
  }

  /** Takes over what another process, or this one before a crash, wrote beyond the state. */
  private void rollForward(long size) throws IOException, AuditException {
    ChainHead end = head();
    if (size - end.offset() > MAX_TAIL) {
      throw inconsistent(
          "the log goes on for " + (size - end.offset()) + " bytes beyond the state");
    }
    byte[] bytes = files.log().read(end.offset(), size);
    int from = 0;
    for (int to = 0; to < bytes.length; to++) {
      if (bytes[to] == '\n') {
        if (isComplete() || !end.accept(bytes, from, to)) {
          break;
        }
        from = to + 1;
      }
    }
    if (from < bytes.length) {
      setAside(Arrays.copyOfRange(bytes, from, bytes.length));
    }
  }

  /**
   * Whether the record that introduces the pending epoch, or closes the segment, stands in the log:
   * nothing may follow it before keys or files have changed.
   */
  private boolean isComplete() {
    State now = state();
    return (now.pending != null && head().n() > now.pending.first())
        || (now.closing != 0 && head().n() > now.closing);
  }

  /**
   * A torn end was never acknowledged. It is kept beside the log, and the next record tells of it.
   */
  private void setAside(byte[] torn) throws IOException, AuditException {
    byte[] digest = digests.hash(torn);
    files.keepBeside(head().n(), torn, digest);
    files.log().truncate(head().offset());
    // What tears while a file or an epoch begins is a line of the log's own.
    if (state().pending == null
        && state().closing == 0
        && head().offset() > 0
        && head().n() != state().recoverAt) {
      write(List.of(own.recover(torn, digest, Moment.now(options.clock()))));
      sync();
    }
  }

  void beginEpoch(Moment moment) throws IOException, AuditException {
    beginEpoch(moment, recipients.ask());
  }

  private void beginEpoch(Moment moment, byte[] asked) throws IOException, AuditException {
    State now = state();
    now.pending = Epoch.begin(now.epoch.number() + 1, now.head.n(), moment, asked);
    now.pendingMacKey = Epoch.newMacKey();
    files.states().settle(now);
    finishEpoch(moment);
  }

  private void finishEpoch(Moment moment) throws IOException, AuditException {
    State now = state();
    Epoch next = now.pending;
    if (next == null) {
      throw new AssertionError("no epoch is pending");
    }
    if (head().n() == next.first()) {
      Epoch settled = recipients.settled(next);
      if (settled != next) {
        next = settled;
        now.pending = next;
        files.states().settle(now);
      }
      write(List.of(own.keyEpoch(now, next, recipients.asked(), moment)));
    }
    force();
    byte[] closing =
        Checkpoint.sign(digests, now.logId, now.identity, now.epoch, head().tree(), head().n());
    files.closeEpoch(closing, now.epochsEnd);
    now.epochsEnd += closing.length;
    now.checkpoint = head().n();
    now.epoch = next;
    now.pending = null;
    head().rekey(now.pendingMacKey);
    now.pendingMacKey = new byte[Format.HASH];
    now.head.wipe();
    now.head = head().copy();
    now.acked = now.head.n();
    files.states().settle(now);
  }

  /**
   * Goes on in another file where this one is full. Each step is resumed by whoever finds it: the
   * state announces the record that closes the segment; the record is durable; the new file is
   * durable; the state names it; its first record opens it.
   */
  void rotateWhereFull(Moment moment) throws IOException, AuditException {
    if (head().offset() >= options.segmentBytes()) {
      sync();
      state().closing = head().n();
      files.states().settle(state());
      finishSegment(moment);
    }
  }

  private void finishSegment(Moment moment) throws IOException, AuditException {
    State now = state();
    if (head().n() == now.closing) {
      write(List.of(own.of(Event.SEGMENT_CLOSE, moment)));
    }
    sync();
    files.createSegment(head().n());
    head = head().inNewSegment();
    now.head = head().copy();
    now.segment = now.head.n();
    now.closing = 0;
    files.states().settle(now);
    files.openLog(now);
    openSegment(moment);
    signer.sign(now.logId, now.identity, now.epoch, now.head.tree(), now.head.n());
  }

  private void openSegment(Moment moment) throws IOException, AuditException {
    write(List.of(own.of(Event.SEGMENT_OPEN, moment)));
    sync();
  }

  byte[] sign(Epoch epoch) {
    ChainHead end = state().head;
    return Checkpoint.sign(digests, state().logId, state().identity, epoch, end.tree(), end.n());
  }

  void write(List<byte[]> rests) throws IOException, AuditException {
    ChainHead next = head().copy();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (byte[] rest : rests) {
      lines.writeBytes(next.seal(rest));
    }
    files.log().write(lines.toByteArray(), head().offset());
    head().wipe();
    head = next;
  }

  /** From here on the state knows all that was written. */
  void sync() throws IOException, AuditException {
    State now = state();
    if (now.head.n() == head().n()) {
      return;
    }
    force();
    now.head.wipe();
    now.head = head().copy();
    now.acked = now.head.n();
    now.checkpoint = Math.max(now.checkpoint, signer.durable(now.logId));
    files.states().write(now);
  }

  private void force() throws AuditException {
    if (!options.sync()) {
      return;
    }
    try {
      files.log().force();
    } catch (IOException e) {
      throw latch(e);
    }
  }

  /**
   * A sync that failed once says "done" the next time without having done it: so there is no next
   * time.
   */
  AuditException latch(@Nullable IOException cause) {
    String text =
        "the audit log could not be made durable, so it is closed; check the disk, then run"
            + " 'gatekeeper audit recover' (log: "
            + directory
            + ")";
    AuditException fault = new AuditException(Kind.SYNC, text, cause);
    State now = state;
    if (now != null && now.fault == 0) {
      try {
        now.fault = 1;
        files.states().settle(now);
      } catch (IOException e) {
        // What cannot be told to the others holds in this process all the same.
        latched = fault;
      }
    }
    return fault;
  }

  private AuditException inconsistent(String what) {
    return AuditException.inconsistent(what, directory);
  }

  /** After a failure nothing is believed that was not read again. */
  void forget() {
    state = null;
    head = null;
    files.close();
  }

  State state() {
    return present(state);
  }

  ChainHead head() {
    return present(head);
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("used before it was opened");
    }
    return value;
  }

  @Override
  public void close() {
    files.close();
  }
}
