package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.Finding.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The signing keys that a log introduces, and the checkpoints that must fit its records.
 *
 * <p>A signature costs as much as some hundred records. It is checked beside the walk and settled
 * afterwards, in the order of the records.
 */
final class Signatures {
  /**
   * With {@code kept}, a head from elsewhere: whoever kept it answers for it, and no signature
   * does.
   */
  private record Expected(SignedCheckpoint note, String file, boolean kept) {}

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

  /** A checkpoint that fits the records, and whether its signatures hold. */
  private record Pending(
      Expected expected, long epoch, long newest, CompletableFuture<Boolean> holds) {}

  private final TreeMap<Long, List<Expected>> expected = new TreeMap<>();
  private final List<Introduced> epochs = new ArrayList<>();
  private final Deque<Pending> pending = new ArrayDeque<>();

  /** The size of the next checkpoint: so that most records are not looked up. */
  private long next = Long.MAX_VALUE;

  private long signed;

  private long anchored;

  /** The epoch up to which each signing key was covered by a signature of the one before. */
  private long trusted;

  void expect(List<SignedCheckpoint> notes, String file, boolean kept) {
    for (SignedCheckpoint note : notes) {
      expected
          .computeIfAbsent(note.size(), size -> new ArrayList<>())
          .add(new Expected(note, file, kept));
    }
    next = expected.isEmpty() ? Long.MAX_VALUE : expected.firstKey();
  }

  /** Record {@code n} introduces the next key. */
  void introduce(long n, byte[] key) {
    epochs.add(new Introduced(epochs.size(), n, key));
  }

  /**
   * Record {@code n} introduces a key that no older one signed: they were lost, which it tells. It
   * signs for this record itself. Keys before the last one must have been signed all the same.
   */
  void beginAnew(long n, byte[] key) {
    if (trusted >= epochs.size() - 2) {
      trusted = epochs.size();
    }
    epochs.add(new Introduced(epochs.size(), n - 1, key));
  }

  /** How many keys there are so far. */
  long epochs() {
    return epochs.size();
  }

  /** Whether the last key that was introduced is this one. */
  boolean isLast(long epoch, byte[] key) {
    return epochs.getLast().number == epoch && Arrays.equals(epochs.getLast().key, key);
  }

  boolean areExpectedAt(long size) {
    return size == next;
  }

  /** The first {@code size} records have this root; what the checkpoints of that size say of it. */
  Optional<Finding> reached(long size, byte[] root, byte[] logId, byte[] identity) {
    List<Expected> here = expected.remove(size);
    next = expected.isEmpty() ? Long.MAX_VALUE : expected.firstKey();
    Introduced epoch = epochOf(size - 1);
    for (Expected one : here == null ? List.<Expected>of() : here) {
      if (!one.note().origin().equals(Format.ORIGIN + HexFormat.of().formatHex(logId))) {
        return wrong(one, "a checkpoint of another log");
      }
      if (!Arrays.equals(one.note().root(), root)) {
        return wrong(one, "the first " + size + " records are not those that were signed");
      }
      if (one.kept()) {
        anchored = size;
        continue;
      }
      pending.add(
          new Pending(
              one,
              epoch.number,
              epochs.getLast().number,
              CompletableFuture.supplyAsync(
                  () -> one.note().isSignedBy(epoch.number, epoch.key, identity))));
    }
    return Optional.empty();
  }

  /**
   * The epoch that a record belongs to: the record that introduces a key is the last of the epoch
   * before.
   */
  private Introduced epochOf(long n) {
    for (int i = epochs.size() - 1; i > 0; i--) {
      if (epochs.get(i).first < n) {
        return epochs.get(i);
      }
    }
    return epochs.getFirst();
  }

  private static Optional<Finding> wrong(Expected one, String text) {
    return Optional.of(new Finding(Kind.CHECKPOINT, one.note().size(), one.file(), 0, text));
  }

  /** Waits for the signatures so far, and answers with the first that does not hold. */
  Optional<Finding> settle() {
    for (Pending one = pending.poll(); one != null; one = pending.poll()) {
      long size = one.expected().note().size();
      if (!one.holds().join()) {
        return wrong(
            one.expected(), "a signature over the first " + size + " records does not hold");
      }
      if (one.epoch() <= trusted) {
        signed = size;
        // The record of the next epoch's key is the last one that this epoch's key signs.
        trusted = Math.max(trusted, one.newest());
      }
    }
    return Optional.empty();
  }

  /** How many records are signed by keys that are anchored in the first record. */
  long signed() {
    return signed;
  }

  /** How many records are those of a checkpoint that was kept elsewhere. */
  long anchored() {
    return anchored;
  }

  long trusted() {
    return trusted;
  }

  /** The largest checkpoint that the records did not reach; 0 when there is none. */
  long unreached() {
    return expected.isEmpty() ? 0 : expected.lastKey();
  }
}
