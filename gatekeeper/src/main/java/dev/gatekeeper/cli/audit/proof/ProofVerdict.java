package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.proof.GrowthProof;
import dev.gatekeeper.audit.proof.InclusionProof;
import dev.gatekeeper.audit.verify.Head;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** {@code gatekeeper audit verify --proof}: what a proof shows, and what it does not. */
final class ProofVerdict {
  private final PrintStream out;
  private final Optional<String> identity;
  private final Optional<Head> head;

  ProofVerdict(PrintStream out, Optional<String> identity, Optional<Head> head) {
    this.out = out;
    this.identity = identity;
    this.head = head;
  }

  int judge(Path file) throws IOException, CommandFailure {
    byte[] bytes = DurableFile.readBounded(file, InclusionProof.MAX_BYTES);
    Optional<InclusionProof> inclusion = InclusionProof.parse(bytes);
    Optional<GrowthProof> growth = GrowthProof.parse(bytes);
    if (inclusion.isPresent()) {
      inclusion(inclusion.get());
    } else if (growth.isPresent()) {
      growth(growth.get());
    } else {
      throw NamedLog.cannotJudge(file + " is not a proof, or a damaged one");
    }
    return 0;
  }

  private void inclusion(InclusionProof proof) throws CommandFailure {
    Optional<InclusionProof.Fault> fault = proof.fault();
    if (fault.isPresent()) {
      throw no(
          switch (fault.get()) {
            case RECORD -> "it does not hold record " + proof.n() + " of the log that it names";
            case PATH -> "the record is not among those that the checkpoint covers";
            case SIGNATURE -> "the checkpoint is not signed by the two keys that it comes with";
          });
    }
    if (identity.isPresent() && !identity.get().equals(proof.keys().identity())) {
      throw no("it is of a log of another identity");
    }
    boolean anchored = head.isPresent() && isOf(proof, head.get());
    if (head.isPresent() && !anchored) {
      throw CommandFailure.cannotJudge(
          "the proof is not under the checkpoint that was kept",
          "gatekeeper audit prove " + proof.n() + " --checkpoint FILE, by whoever has the log");
    }
    out.println("record    " + Console.printable(proof.line()));
    out.println(
        "is number " + proof.n() + " of " + proof.checkpoint().size() + " that were signed");
    out.println("log       " + Console.printable(proof.checkpoint().origin()));
    out.println(
        "identity  " + proof.keys().identity() + (identity.isPresent() ? "" : " (unpinned)"));
    out.println(
        "epoch key "
            + proof.keys().epoch()
            + (anchored ? "" : " (vouched for by the identity alone)"));
    out.println(
        anchored
            ? "sound: the record was in the log when the checkpoint that you kept was made."
            : "sound: whoever holds the identity key says that the record is in the log.");
    out.println(
        "Not proved: that what it tells is true"
            + (anchored
                ? "."
                : ", nor that it was there before that machine was last taken over."));
  }

  private static boolean isOf(InclusionProof proof, Head head) {
    return head.note().origin().equals(proof.checkpoint().origin())
        && head.note().size() == proof.checkpoint().size()
        && Arrays.equals(head.note().root(), proof.checkpoint().root());
  }

  private void growth(GrowthProof proof) throws CommandFailure {
    if (head.isEmpty()) {
      throw CommandFailure.usage(
          "a proof of growth needs the older checkpoint",
          "gatekeeper audit verify --proof FILE --checkpoint OLDER");
    }
    if (!proof.holdsSince(head.get().note())) {
      throw no("the newer checkpoint is not of a log that goes on from the older one");
    }
    out.println(
        "sound: the "
            + proof.old()
            + " records of the checkpoint that you kept are the first of "
            + proof.checkpoint().size()
            + ".");
    out.println("Not proved: who signed the newer checkpoint.");
  }

  private static CommandFailure no(String what) {
    return CommandFailure.no("the proof does not hold: " + what, "ask whoever made it for another");
  }
}
