package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.Finding.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a log, from its first line to its last. It counts the records itself and stops at
 * the first finding.
 */
final class Walk implements Segments.Lines {
  private record Expected(SignedCheckpoint note, String file) {}

  /** Not a record: nobody compares it. */
  private static final class Introduced {
    final long number;
    final long first;
    final byte[] key;

    Introduced(long number, long first, byte[] key) {
      this.number = number;
      this.first = first;
      this.key = key;
    }
  }

  private final Hashing hashing;
  private final MacCheck macs;
  private final Optional<StateView> state;
  private final Intents intents = new Intents();
  private final RecordLine line = new RecordLine();
  private final TreeMap<Long, List<Expected>> expected = new TreeMap<>();
  private final List<Introduced> epochs = new ArrayList<>();
  private @Nullable Finding finding;
  private String file = "";
  private long n;
  private byte[] previous = new byte[Format.HASH];
  private byte[] logId = new byte[Format.LOG_ID];
  private byte[] identity = new byte[Format.HASH];
  private String identityText = "";
  private long signed;

  /** The epoch up to which each signing key was covered by a signature of the one before. */
  private long trusted;

  private long torn;

  Walk(Hashing hashing, @Nullable MacKeyOpener opener, Optional<StateView> state) {
    this.hashing = hashing;
    this.macs = new MacCheck(hashing, opener);
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
      return;
    }
    for (SignedCheckpoint note : notes.get()) {
      expected
          .computeIfAbsent(note.size(), size -> new ArrayList<>())
          .add(new Expected(note, where));
    }
  }

  void segment(Path path) throws IOException {
    if (finding != null) {
      return;
    }
    begin(Format.LOG_DIRECTORY + "/" + path.getFileName());
    if (torn > 0) {
      fail(Kind.LINK, file, 0, "a segment after one that does not end with a whole line");
    } else if (Segments.first(path) != n) {
      fail(
          Kind.LOST,
          file,
          0,
          "records " + n + " to " + (Segments.first(path) - 1) + " are missing");
    } else {
      Segments.read(path, 0, this);
    }
  }

  /** The lines that follow stand in this file. */
  void begin(String name) {
    file = name;
  }

  @Override
  public boolean line(byte[] bytes, int from, int to, long offset) {
    try {
      line.parse(bytes, from, to);
      if (n == 0) {
        first();
      }
      judge(bytes, from, offset);
    } catch (MalformedRecord e) {
      fail(Kind.LINE, file, offset, e.text());
    }
    if (finding != null) {
      return false;
    }
    previous = hashing.leaf(bytes, from, to);
    hashing.add(previous);
    intents.record(line, n);
    long number = n++;
    introduce(number, offset);
    checkpoints();
    if (state.isPresent() && state.get().n() == n) {
      compare(state.get(), offset + to - from + 1);
    }
    return finding == null;
  }

  private void first() {
    if (line.event() != Event.LOG_OPEN) {
      fail(Kind.LOST, file, 0, "the first record does not open a log");
      return;
    }
    logId = line.logId();
    identity = line.hash(Field.IDENTITY);
    identityText = line.get(Field.IDENTITY).orElse("");
    macs.rekey(line, logId, 0);
  }

  private void judge(byte[] bytes, int from, long offset) {
    if (!line.is(Field.N, Long.toString(n))) {
      fail(Kind.NUMBER, file, offset, "not the record with number " + n);
    } else if (!line.logIs(logId)) {
      fail(Kind.LOG_ID, file, offset, "a record of another log");
    } else if (!line.hashIs(Field.PREV, previous)) {
      fail(Kind.LINK, file, offset, "does not follow from the record before it");
    } else if (!macs.holds(line, bytes, from, logId, n, previous)) {
      fail(Kind.MAC, file, offset, "the MAC does not hold");
    } else if (n > 0 && line.event() == Event.LOG_OPEN) {
      fail(Kind.LINK, file, offset, "a log is opened inside a log");
    }
  }

  private void introduce(long number, long offset) {
    if (line.event() != Event.KEY_EPOCH && line.event() != Event.LOG_OPEN) {
      return;
    }
    if (line.number(Field.EPOCH) != epochs.size()) {
      fail(Kind.EPOCH, file, offset, "not epoch " + epochs.size());
      return;
    }
    if (number > 0) {
      macs.rekey(line, logId, number + 1);
    }
    epochs.add(new Introduced(epochs.size(), number, line.hash(Field.EPOCH_KEY)));
  }

  private void checkpoints() {
    List<Expected> here = expected.remove(n);
    if (here == null) {
      return;
    }
    byte[] root = hashing.root();
    Introduced epoch = epochOf(n - 1);
    for (Expected one : here) {
      if (!one.note().origin().equals(Format.ORIGIN + HexFormat.of().formatHex(logId))) {
        fail(Kind.CHECKPOINT, one.file(), 0, "a checkpoint of another log");
      } else if (!Arrays.equals(one.note().root(), root)) {
        fail(
            Kind.CHECKPOINT,
            one.file(),
            0,
            "the first " + n + " records are not those that were signed");
      } else if (!one.note().isSignedBy(hashing, epoch.number, epoch.key, identity)) {
        fail(
            Kind.CHECKPOINT,
            one.file(),
            0,
            "a signature over the first " + n + " records does not hold");
      } else if (epoch.number <= trusted) {
        signed = n;
        // The record of the next epoch's key is the last one that this epoch's key signs.
        trusted = Math.max(trusted, epochs.getLast().number);
      }
    }
  }

  /**
   * The epoch that a record belongs to: the record that introduces a key is the last of the epoch
   * before.
   */
  private Introduced epochOf(long number) {
    for (int i = epochs.size() - 1; i > 0; i--) {
      if (epochs.get(i).first < number) {
        return epochs.get(i);
      }
    }
    return epochs.getFirst();
  }

  /** The state counts exactly the records read so far. */
  private void compare(StateView live, long end) {
    Introduced last = epochs.getLast();
    if (!Arrays.equals(live.logId(), logId)) {
      fail(Kind.STATE, Format.STATE_FILE, 0, "the state of another log");
    } else if (!Arrays.equals(live.hash(), previous)
        || live.offset() != end
        || !file.endsWith(String.format("%020d", live.segment()) + Format.SEGMENT_SUFFIX)) {
      fail(Kind.STATE, Format.STATE_FILE, 0, "the state ends with another record " + (n - 1));
    } else if (!holdsLastKey(live, last)) {
      fail(
          Kind.STATE,
          Format.STATE_FILE,
          0,
          "the state does not hold the signing key that the log introduced last: records after "
              + (n - 1)
              + " may have been cut off");
    } else if (!macs.isNext(live.macKey())) {
      fail(
          Kind.STATE,
          Format.STATE_FILE,
          0,
          "the state does not hold the MAC key of record "
              + n
              + ": records were cut off or replaced");
    }
  }

  private static boolean holdsLastKey(StateView live, Introduced last) {
    return live.epoch() == last.number
        && Arrays.equals(live.epochKey(), last.key)
        && live.holdsEpochKey();
  }

  @Override
  public void torn(long offset, long length) {
    torn = length;
  }

  AuditReport finish(Optional<String> pin) {
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
        signed,
        macs.summary(),
        epochs.size(),
        intents.first(),
        intents.count(),
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
        && state.isPresent()
        && n >= state.get().acked()
        && n > 0
        && expected.isEmpty();
  }

  private void missing() {
    long known = expected.isEmpty() ? 0 : expected.lastKey();
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
    long must = state.map(StateView::epoch).orElse(epochs.size() - 2L);
    if (trusted < must) {
      fail(
          Kind.EPOCH,
          Format.CHECKPOINT_DIRECTORY + "/" + Format.EPOCHS,
          0,
          "the key of epoch " + (trusted + 1) + " was not signed by the one before");
    }
  }
}
