package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.proof.GrowthProof;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.util.ArrayList;
import java.util.Collection;
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

  /** What this commit gives up, as words for a person; nothing where the log only grew. */
  public Optional<String> givenUp() {
    return loss.map(
        it -> "commit " + commit + " gives up what was anchored from record " + it.n() + " on");
  }

  /**
   * Refuses what gives up anchored records, unless a person named the commit.
   *
   * @param accepted commits that somebody agreed to
   * @throws AnchorException broken, with the option by which the first other one is agreed to
   */
  public static void refuseLosses(List<Anchor> all, Collection<String> accepted)
      throws AnchorException {
    for (Anchor one : all) {
      if (one.loss.isPresent() && !accepted.contains(one.commit)) {
        throw AnchorException.broken(
            one.givenUp().get() + "; who agrees adds --accepted-loss " + one.commit);
      }
    }
  }

  /**
   * Why this cannot be the first commit, or come after those before; nothing when it can.
   *
   * @param before all of them when there is a loss, else at least the last one
   */
  Optional<String> fault(List<Anchor> before) {
    Optional<byte[]> identity = AuditRecord.key(keys.identity());
    Optional<byte[]> epochKey = AuditRecord.key(keys.epoch());
    if (identity.isEmpty()
        || epochKey.isEmpty()
        || checkpoint.epoch().isEmpty()
        || !checkpoint.isSignedBy(epoch(), epochKey.get(), identity.get())) {
      return Optional.of("the checkpoint is not signed by the keys beside it");
    }
    if (before.isEmpty()) {
      return growth.isPresent() || loss.isPresent()
          ? Optional.of("the first commit holds a proof of growth")
          : Optional.empty();
    }
    Anchor older = before.getLast();
    if (!older.checkpoint.origin().equals(checkpoint.origin())) {
      return Optional.of("a checkpoint of another log");
    }
    if (!older.keys.identity().equals(keys.identity())) {
      return Optional.of("a checkpoint of another identity");
    }
    if (loss.isPresent()) {
      return faultOf(loss.get(), before);
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

  private Optional<String> faultOf(InclusionProof lost, List<Anchor> before) {
    Optional<AuditRecord> record = lost.record().filter(Anchor::givesUp);
    if (record.isEmpty()
        || lost.fault().isPresent()
        || !lost.checkpoint().note().equals(checkpoint.note())
        || !lost.keys().equals(keys)) {
      return Optional.of("the log does not say that anchored records are lost");
    }
    if (!tells(record.get(), before)) {
      return Optional.of("its record of a loss is not of the one of what was anchored");
    }
    long begun = number(record.get().get(Field.EPOCH));
    boolean same = record.get().get(Field.EPOCH_KEY).equals(Optional.of(keys.epoch()));
    if (epoch() < begun || (epoch() == begun && !same)) {
      return Optional.of("the epoch's key is not the one that was begun after the loss");
    }
    List<Anchor> left =
        standing(before).stream().filter(it -> it.checkpoint.size() <= lost.n()).toList();
    boolean grew = left.isEmpty() ? growth.isEmpty() : grewFrom(left.getLast());
    return grew
        ? Optional.empty()
        : Optional.of("the log did not grow from what was anchored before the loss");
  }

  /** Whether a record tells that a person gave up the records from its number on. */
  private static boolean givesUp(AuditRecord record) {
    return record.event() == Event.RECOVER && record.get(Field.EPOCH).isPresent();
  }

  /**
   * Whether a record tells of the loss of what was anchored last. One of an older loss does not:
   * whoever rewrites the log later has it at hand, and it would say why anchors do not fit.
   *
   * @param before all commits of the branch up to here
   */
  static boolean tells(AuditRecord record, List<Anchor> before) {
    if (!givesUp(record)) {
      return false;
    }
    AuditReport.Loss said = AuditReport.Loss.said(record.n(), record.get(Field.REASON).orElse(""));
    long anchored = before.getLast().checkpoint.size();
    Optional<String> begun = record.get(Field.EPOCH_KEY);
    return said.at() < anchored
        && said.at() + said.count() >= anchored
        && before.stream().noneMatch(it -> begun.equals(Optional.of(it.keys.epoch())))
        && before.stream()
            .flatMap(it -> it.loss.stream())
            .noneMatch(it -> it.line().equals(record.json()));
  }

  private static long number(Optional<String> text) {
    return text.filter(it -> it.matches("[0-9]{1,18}")).map(Long::valueOf).orElse(Long.MAX_VALUE);
  }

  private long epoch() {
    return checkpoint.epoch().orElse(-1);
  }
}
