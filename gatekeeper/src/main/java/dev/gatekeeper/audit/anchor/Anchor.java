package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.proof.GrowthProof;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.util.Optional;

/**
 * One commit of a branch: a checkpoint, the keys that signed it, and the proof that its log only
 * grew since the one before.
 *
 * @param time when it was committed, in seconds since 1970, by the clock of whoever did
 */
public record Anchor(
    String commit,
    long time,
    SignedCheckpoint checkpoint,
    InclusionProof.Keys keys,
    Optional<GrowthProof> growth) {

  /** Why this cannot be the first commit, or come after {@code before}; nothing when it can. */
  Optional<String> fault(Optional<Anchor> before) {
    Optional<byte[]> identity = AuditRecord.key(keys.identity());
    Optional<byte[]> epochKey = AuditRecord.key(keys.epoch());
    if (identity.isEmpty()
        || epochKey.isEmpty()
        || checkpoint.epoch().isEmpty()
        || !checkpoint.isSignedBy(epoch(), epochKey.get(), identity.get())) {
      return Optional.of("the checkpoint is not signed by the keys beside it");
    }
    if (before.isEmpty()) {
      return growth.map(it -> "the first commit holds a proof of growth");
    }
    Anchor older = before.get();
    if (!older.checkpoint.origin().equals(checkpoint.origin())) {
      return Optional.of("a checkpoint of another log");
    }
    if (!older.keys.identity().equals(keys.identity())) {
      return Optional.of("a checkpoint of another identity");
    }
    if (checkpoint.size() <= older.checkpoint.size()) {
      return Optional.of(
          "it goes back from " + older.checkpoint.size() + " to " + checkpoint.size() + " records");
    }
    if (epoch() < older.epoch()
        || (epoch() == older.epoch() && !older.keys.epoch().equals(keys.epoch()))) {
      return Optional.of("the epoch's key is not the one that was anchored");
    }
    boolean grew =
        growth.isPresent()
            && growth.get().checkpoint().note().equals(checkpoint.note())
            && growth.get().holdsSince(older.checkpoint);
    return grew ? Optional.empty() : Optional.of("the log did not grow from the one before");
  }

  private long epoch() {
    return checkpoint.epoch().orElse(-1);
  }
}
