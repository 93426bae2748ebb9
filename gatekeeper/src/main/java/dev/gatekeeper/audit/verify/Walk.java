package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.Finding.Kind;
import dev.gatekeeper.audit.verify.line.Block;
import dev.gatekeeper.audit.verify.line.Hashing;
import dev.gatekeeper.audit.verify.line.MalformedRecord;
import dev.gatekeeper.audit.verify.line.Pruned;
import dev.gatekeeper.audit.verify.line.RecordLine;
import dev.gatekeeper.audit.verify.line.Segments;
import dev.gatekeeper.audit.verify.mac.Checked;
import dev.gatekeeper.audit.verify.mac.Ratchet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a log, from its first line to its last. It counts the records itself and stops at
 * the first finding.
 */
final class Walk {
  private final Hashing hashing;
  private final Tree tree;
  private final Ratchet ratchet;
  private final Checked checked = new Checked();
  private final Optional<StateView> state;
  private final Intents intents = new Intents();
  private final Signatures signatures = new Signatures();
  private final RecordLine line = new RecordLine();
  private @Nullable Finding finding;
  private String file = "";
  private String last = "";
  private long n;
  private final byte[] previous = new byte[Format.HASH];
  private byte[] logId = new byte[Format.LOG_ID];
  private byte[] identity = new byte[Format.HASH];
  private String identityText = "";
  private long torn;

  /** Records of which only hashes are left, and how many a later record says are pruned. */
  private long pruned;

  private long told;

  Walk(Hashing hashing, Ratchet ratchet, Optional<StateView> state) {
    this.hashing = hashing;
    this.tree = new Tree(hashing);
    this.ratchet = ratchet;
    this.state = state;
  }

  /** Keeps the first finding. */
  void fail(Kind kind, String where, long offset, String text) {
    if (finding == null) {
      finding = new Finding(kind, n, where, offset, text);
    }
  }

  /** Checkpoints that must fit the records, each when its size is reached. */
  void expect(Optional<List<SignedCheckpoint>> notes, String name) {
    String where = Format.CHECKPOINT_DIRECTORY + "/" + name;
    if (notes.isEmpty()) {
      fail(Kind.CHECKPOINT, where, 0, "not a checkpoint, or a damaged one");
    } else {
      signatures.expect(notes.get(), where, false);
    }
  }

  /** The segment in which there may be a torn end. */
  void endsIn(Path segment) {
    last = name(segment);
  }

  private static String name(Path segment) {
    return Format.LOG_DIRECTORY + "/" + segment.getFileName();
  }

  private void begin(Path segment) {
    file = name(segment);
    long first = Segments.first(segment);
    if (torn > 0) {
      fail(Kind.LINK, file, 0, "a segment after one that does not end with a whole line");
    } else if (first != n) {
      fail(Kind.LOST, file, 0, "records " + n + " to " + (first - 1) + " are missing");
    }
  }

  /** A checkpoint that was kept elsewhere, which the records must reach and fit. */
  void compare(Head head) {
    signatures.expect(List.of(head.note()), head.name(), true);
  }

  /** Takes the records before the first segment, of which hashes and a few lines are left. */
  void pruned(Pruned range, long first) {
    file = Format.TILES_DIRECTORY + "/0";
    try {
      while (n < first && finding == null) {
        byte[] leaf = range.leaf(n);
        boolean kept = range.keeps(n);
        if (kept) {
          byte[] bytes = range.line();
          line.parse(bytes, 0, bytes.length);
          byte[] hash = new byte[Format.HASH];
          hashing.leaf(bytes, 0, bytes.length, hash, 0);
          if (!Arrays.equals(hash, leaf)) {
            fail(Kind.LINK, file, 0, "a kept line is not the one that was hashed");
          }
        }
        if (n == 0 && !kept) {
          fail(Kind.LOST, file, 0, "the record that opened the log is missing");
        } else {
          hashed(leaf, kept);
        }
      }
      if (finding == null && !range.isUsedUp()) {
        fail(Kind.LINK, file, 0, "kept lines that do not follow each other");
      }
    } catch (MalformedRecord e) {
      fail(Kind.LINE, file, 0, e.text());
    } catch (IOException e) {
      fail(
          Kind.LOST, file, 0, "the hashes of records " + n + " to " + (first - 1) + " are missing");
    }
    pruned = first;
  }

  private void hashed(byte[] leaf, boolean kept) {
    if (n == 0) {
      first();
    }
    boolean introduces = kept && line.has(Field.MAC_SEAL);
    if (introduces && line.event() != Event.KEY_EPOCH) {
      ratchet.rekey(ratchet.open(line, n));
    }
    System.arraycopy(leaf, 0, previous, 0, Format.HASH);
    tree.add(previous, 0);
    ratchet.advance();
    if (introduces && line.event() == Event.KEY_EPOCH) {
      ratchet.rekey(ratchet.open(line, n + 1));
    }
    if (kept) {
      intents.record(line, n);
      introduce(0);
    }
    n++;
    if (finding == null && signatures.areExpectedAt(n)) {
      finding = signatures.reached(n, tree.root(), logId, identity).orElse(finding);
    }
  }

  boolean isSoundSoFar() {
    return finding == null;
  }

  /** The hash of the last record so far. */
  byte[] previous() {
    return previous;
  }

  /** Takes the next lines; whether to go on. */
  boolean take(ReadAhead.Stretch stretch) {
    Block block = stretch.block();
    if (block.isFirst()) {
      begin(block.segment());
    }
    for (int i = 0; i < block.lines() && finding == null; i++) {
      // A line that is in order after one that was judged is as good as that one.
      if (i > 0 && i < block.inOrder() && Intents.isCall(block.event(i))) {
        if (stretch.macs().holds(i)) {
          intents.call(block.event(i), block.ref(i), n);
        } else {
          fail(Kind.MAC, file, block.offset(i), "the MAC does not hold");
        }
      } else {
        line(stretch, i);
      }
      if (finding == null) {
        taken(stretch, i);
      }
    }
    if (block.isLast()) {
      torn = block.rest();
    }
    return finding == null;
  }

  private void line(ReadAhead.Stretch stretch, int i) {
    Block block = stretch.block();
    long offset = block.offset(i);
    try {
      line.parse(block.bytes(), block.from(i), block.to(i));
    } catch (MalformedRecord e) {
      fail(Kind.LINE, file, offset, e.text());
      return;
    }
    if (n == 0) {
      first();
    }
    judge(stretch, i, offset);
    if (finding != null) {
      return;
    }
    intents.record(line, n);
    introduce(offset);
    if (line.event() == Event.PRUNE && line.isNumber(Field.REF) && line.number(Field.REF) <= n) {
      told = Math.max(told, line.number(Field.REF));
    }
  }

  private void taken(ReadAhead.Stretch stretch, int i) {
    Block block = stretch.block();
    System.arraycopy(block.leaves(), Block.at(i), previous, 0, Format.HASH);
    tree.add(previous, 0);
    if (stretch.macs().isChecked(i)) {
      // The record that introduces the next epoch has a key of the one before.
      checked.add(n, signatures.epochs() - (block.event(i) == Event.KEY_EPOCH ? 2L : 1L));
    }
    n++;
    if (signatures.areExpectedAt(n)) {
      finding = signatures.reached(n, tree.root(), logId, identity).orElse(finding);
    }
    if (finding == null && state.isPresent() && state.get().n() == n) {
      compare(
          state.get(),
          block.offset(i) + block.to(i) - block.from(i) + 1,
          stretch.macs().isNext(i, state.get().macKey()));
    }
  }

  private void first() {
    if (line.event() != Event.LOG_OPEN) {
      fail(Kind.LOST, file, 0, "the first record does not open a log");
      return;
    }
    logId = line.logId();
    identity = line.hash(Field.IDENTITY);
    identityText = line.get(Field.IDENTITY).orElse("");
  }

  private void judge(ReadAhead.Stretch stretch, int i, long offset) {
    if (line.number(Field.N) != n) {
      fail(Kind.NUMBER, file, offset, "not the record with number " + n);
    } else if (!line.logIs(logId)) {
      fail(Kind.LOG_ID, file, offset, "a record of another log");
    } else if (!line.hashIs(Field.PREV, previous)) {
      fail(Kind.LINK, file, offset, "does not follow from the record before it");
    } else if (!stretch.macs().holds(i)) {
      fail(Kind.MAC, file, offset, "the MAC does not hold");
    } else if (n > 0 && line.event() == Event.LOG_OPEN) {
      fail(Kind.LINK, file, offset, "a log is opened inside a log");
    }
  }

  /** Records before this one were lost, and the old keys with them; a person accepted it. */
  private boolean beginsAnew() {
    return line.event() == Event.RECOVER && line.has(Field.EPOCH);
  }

  private void introduce(long offset) {
    boolean anew = beginsAnew();
    if (line.event() != Event.KEY_EPOCH && line.event() != Event.LOG_OPEN && !anew) {
      return;
    }
    if (line.number(Field.EPOCH) != signatures.epochs()) {
      fail(Kind.EPOCH, file, offset, "not epoch " + signatures.epochs());
      return;
    }
    if (anew) {
      finding = signatures.settle().orElse(finding);
      signatures.beginAnew(n, line.hash(Field.EPOCH_KEY));
      return;
    }
    signatures.introduce(n, line.hash(Field.EPOCH_KEY));
  }

  /** The state counts exactly the records read so far. */
  private void compare(StateView live, long end, boolean isNextKey) {
    if (!Arrays.equals(live.logId(), logId)) {
      fail(Kind.STATE, Format.STATE_FILE, 0, "the state of another log");
    } else if (!Arrays.equals(live.hash(), previous) || !endsHere(live, end)) {
      fail(Kind.STATE, Format.STATE_FILE, 0, "the state ends with another record " + (n - 1));
    } else if (!signatures.isLast(live.epoch(), live.epochKey()) || !live.holdsEpochKey()) {
      fail(
          Kind.STATE,
          Format.STATE_FILE,
          0,
          "the state does not hold the signing key that the log introduced last: records after "
              + (n - 1)
              + " may have been cut off");
    } else if (!isNextKey) {
      fail(
          Kind.STATE,
          Format.STATE_FILE,
          0,
          "the state does not hold the MAC key of record "
              + n
              + ": records were cut off or replaced");
    }
  }

  /** Whether the state goes on where this file ends, or at the beginning of the next one. */
  private boolean endsHere(StateView live, long end) {
    return (live.offset() == end
            && file.endsWith(String.format("%020d", live.segment()) + Format.SEGMENT_SUFFIX))
        || (live.offset() == 0 && live.segment() == n);
  }

  AuditReport finish(Optional<String> pin) {
    // A signature below what stopped the walk comes first.
    finding = signatures.settle().orElse(finding);
    if (finding != null && isTornEnd(finding)) {
      finding = null;
      torn = 1;
    }
    if (finding == null) {
      missing();
    }
    if (finding == null && pin.isPresent() && !pin.get().equals(identityText)) {
      fail(Kind.IDENTITY, "log", 0, "the log has another identity");
    }
    return new AuditReport(
        HexFormat.of().formatHex(logId),
        identityText,
        pin.isPresent() && finding == null,
        n,
        pruned,
        signatures.signed(),
        signatures.anchored(),
        checked.of(ratchet.isAsked(), n),
        signatures.epochs(),
        intents.first(),
        intents.count(),
        intents.lost(),
        intents.recoveries(),
        intents.faults(),
        intents.clockSteps(),
        torn,
        state.isPresent() && state.get().isClosedByFault(),
        state.isPresent(),
        Optional.ofNullable(finding));
  }

  /**
   * A crash may leave anything where lines were being written that no state and no signature knows
   * of. The next appender sets it aside.
   */
  private boolean isTornEnd(Finding found) {
    return found.kind() == Kind.LINE
        && file.equals(last)
        && state.isPresent()
        && n >= state.get().acked()
        && n > 0
        && signatures.unreached() == 0;
  }

  private void missing() {
    if (told < pruned) {
      fail(
          Kind.LOST,
          Format.LOG_DIRECTORY,
          0,
          "records 0 to "
              + (pruned - 1)
              + " are missing, and no later record says they are pruned");
      return;
    }
    long known = signatures.unreached();
    if (known > n) {
      fail(Kind.LOST, file, 0, known + " records were signed, " + n + " are there");
      return;
    }
    long acked = state.map(live -> Math.max(live.n(), live.acked())).orElse(0L);
    if (acked > n) {
      fail(Kind.LOST, file, 0, acked + " records were acknowledged, " + n + " are there");
      return;
    }
    // The newest epoch may have been begun a moment ago; each older one must have been signed by
    // the one before.
    long must = state.map(StateView::epoch).orElse(signatures.epochs() - 2L);
    if (signatures.trusted() < must) {
      fail(
          Kind.EPOCH,
          Format.CHECKPOINT_DIRECTORY + "/" + Format.EPOCHS,
          0,
          "the key of epoch " + (signatures.trusted() + 1) + " was not signed by the one before");
    }
  }
}
