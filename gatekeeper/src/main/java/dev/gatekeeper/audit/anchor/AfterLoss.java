package dev.gatekeeper.audit.anchor;

import dev.gatekeeper.audit.proof.GrowthProof;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.proof.Prover;
import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a branch goes on after a person gave up records that were anchored. */
final class AfterLoss {
  private final Path log;
  private final Prover prover;
  private final SignedCheckpoint head;

  AfterLoss(Path log, Prover prover, SignedCheckpoint head) {
    this.log = log;
    this.prover = prover;
    this.head = head;
  }

  /**
   * An anchor that says which records are lost, and grows from the newest one that the log fits.
   *
   * @param before all commits of the branch, oldest first
   * @return nothing when the log does not say that it lost records behind that one
   */
  Optional<Anchor> anchor(List<Anchor> before) throws IOException {
    List<Anchor> standing = Anchor.standing(before);
    int fitting = 0;
    int others = standing.size();
    Optional<GrowthProof> growth = Optional.empty();
    while (fitting < others) { // What fits one fits all before it.
      int middle = (fitting + others) / 2;
      Optional<GrowthProof> grown = growth(standing.get(middle));
      if (grown.isPresent()) {
        growth = grown;
        fitting = middle + 1;
      } else {
        others = middle;
      }
    }
    Optional<AuditRecord> lost = lostFrom(growth.map(GrowthProof::old).orElse(0L), before);
    if (lost.isEmpty()) {
      return Optional.empty();
    }
    InclusionProof said = prover.inclusion(lost.get().n(), head);
    return Optional.of(new Anchor("", 0, head, said.keys(), growth, Optional.of(said)));
  }

  private Optional<GrowthProof> growth(Anchor since) {
    try {
      return Optional.of(prover.growth(since.checkpoint(), head));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The first record from {@code n} on that tells of this loss: all before it is as it was. */
  private Optional<AuditRecord> lostFrom(long n, List<Anchor> before) throws IOException {
    try {
      return new AuditReader(log).next(record -> record.n() >= n && Anchor.tells(record, before));
    } catch (CannotJudge e) {
      throw new IOException(e.text(), e);
    }
  }
}
