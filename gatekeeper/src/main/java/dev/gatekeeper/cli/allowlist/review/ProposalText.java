package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.review.Change;
import dev.gatekeeper.allowlist.review.Changes;
import dev.gatekeeper.allowlist.review.LockedList;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.trust.Pair;
import dev.gatekeeper.trust.Proposal;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person is about to trust, beside what was trusted last, in the words of a review. */
public final class ProposalText {
  private ProposalText() {}

  /**
   * Prints what changed in list and lock; of a pair that is new, how much the lock holds and what
   * in it smells of an injection.
   *
   * @throws CommandFailure where the lock cannot be read: nobody can say what it grants
   */
  public static void print(Proposal proposal, PrintStream out) throws CommandFailure {
    LockedList now = ReviewedPair.of("the working tree", proposal.pair()).content();
    Optional<Pair> before = proposal.before();
    if (before.isPresent()) {
      LockedList was = ReviewedPair.of("what was trusted last", before.get()).content();
      List<Change> changes = Changes.between(was, now);
      if (!changes.isEmpty()) {
        out.println("Compared with what was trusted last:");
        new ChangeText(out).print(changes);
      }
      return;
    }
    for (Map.Entry<String, LockedServer> server : now.lock().servers().entrySet()) {
      int definitions = server.getValue().definitions().values().stream().mapToInt(Map::size).sum();
      out.println(
          "locked "
              + server.getKey()
              + ": "
              + definitions
              + " definitions, about "
              + server.getValue().tokens()
              + " tokens");
    }
    List<Change> smelling =
        Changes.between(LockedList.EMPTY, now).stream()
            .filter(change -> !change.smells().isEmpty())
            .toList();
    if (!smelling.isEmpty()) {
      out.println("Read these before you trust them:");
      new ChangeText(out).print(smelling);
    }
  }
}
