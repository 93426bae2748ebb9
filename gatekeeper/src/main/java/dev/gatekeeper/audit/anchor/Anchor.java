package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.proof.GrowthProof;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One commit of a branch: a checkpoint, the keys that signed it, and the proof that its log only
 * grew since the one before; or, where a person gave up records that were anchored, that the log
 * says so, and only grew since the newest one that it still fits.
 *
 * @param time when it was committed, in seconds since 1970, by the clock of whoever did
 * @param loss the record {@code recover} that begins where records are lost, in this checkpoint
 */
public record Anchor(
    String commit,
    long time,
    SignedCheckpoint checkpoint,
    InclusionProof.Keys keys,
    Optional<GrowthProof> growth,
    Optional<InclusionProof> loss) {

  /**
   * Of anchors in their order, those that still count: what a later one gives up does not.
   *
   * @param all of one branch, from the first one on
   */
  public static List<Anchor> standing(List<Anchor> all) {
    List<Anchor> standing = new ArrayList<>();
    for (Anchor one : all) {
      one.loss.ifPresent(lost -> standing.removeIf(it -> it.checkpoint.size() > lost.n()));
      standing.add(one);
    }
    return standing;
  }

  /**
   * Why this cannot be the first commit, or come after {@code standing}; nothing when it can.
   *
   * @param standing all that count when there is a loss, else at least the last one
   */
  Optional<String> fault(List<Anchor> standing) {
    Optional<byte[]> identity = AuditRecord.key(keys.identity());
    Optional<byte[]> epochKey = AuditRecord.key(keys.epoch());
    if (identity.isEmpty()
        || epochKey.isEmpty()
        || checkpoint.epoch().isEmpty()
        || !checkpoint.isSignedBy(epoch(), epochKey.get(), identity.get())) {
      return Optional.of("the checkpoint is not signed by the keys beside it");
    }
    if (standing.isEmpty()) {
      return growth.isPresent() || loss.isPresent()
          ? Optional.of("the first commit holds a proof of growth")
          : Optional.empty();
    }
    Anchor older = standing.getLast();
    if (!older.checkpoint.origin().equals(checkpoint.origin())) {
      return Optional.of("a checkpoint of another log");
    }
    if (!older.keys.identity().equals(keys.identity())) {
      return Optional.of("a checkpoint of another identity");
    }
    if (loss.isPresent()) {
      return faultOf(loss.get(), standing);
    }
    if (checkpoint.size() <= older.checkpoint.size()) {
      return Optional.of(
          "it goes back from " + older.checkpoint.size() + " to " + checkpoint.size() + " records");
    }
    if (epoch() < older.epoch()
        || (epoch() == older.epoch() && !older.keys.epoch().equals(keys.epoch()))) {
      return Optional.of("the epoch's key is not the one that was anchored");
    }
    return grewFrom(older)
        ? Optional.empty()
        : Optional.of("the log did not grow from the one before");
  }

  private boolean grewFrom(Anchor older) {
    return growth.isPresent()
        && growth.get().checkpoint().note().equals(checkpoint.note())
        && growth.get().holdsSince(older.checkpoint);
  }

  private Optional<String> faultOf(InclusionProof lost, List<Anchor> standing) {
    Optional<AuditRecord> record = lost.record().filter(Anchor::givesUp);
    if (record.isEmpty()
        || lost.fault().isPresent()
        || !lost.checkpoint().note().equals(checkpoint.note())
        || !lost.keys().equals(keys)
        || lost.n() >= standing.getLast().checkpoint.size()) {
      return Optional.of("the log does not say that anchored records are lost");
    }
    long begun = number(record.get().get(Field.EPOCH));
    boolean same = record.get().get(Field.EPOCH_KEY).equals(Optional.of(keys.epoch()));
    if (epoch() < begun || (epoch() == begun && !same)) {
      return Optional.of("the epoch's key is not the one that was begun after the loss");
    }
    List<Anchor> left = standing.stream().filter(it -> it.checkpoint.size() <= lost.n()).toList();
    boolean grew = left.isEmpty() ? growth.isEmpty() : grewFrom(left.getLast());
    return grew
        ? Optional.empty()
        : Optional.of("the log did not grow from what was anchored before the loss");
  }

  /** Whether a record tells that a person gave up the records from its number on. */
  static boolean givesUp(AuditRecord record) {
    return record.event() == Event.RECOVER && record.get(Field.EPOCH).isPresent();
  }

  private static long number(Optional<String> text) {
    return text.filter(it -> it.matches("[0-9]{1,18}")).map(Long::valueOf).orElse(Long.MAX_VALUE);
  }

  private long epoch() {
    return checkpoint.epoch().orElse(-1);
  }
}
