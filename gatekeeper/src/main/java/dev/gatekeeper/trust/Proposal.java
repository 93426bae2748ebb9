package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.trust.follow.FollowRule;
import java.util.Optional;

/**
 * A list with its lock that a person may trust: the very bytes that were read, so that what was
 * shown is what is trusted, whatever happens to the files meanwhile.
 *
 * @param before what this place was trusted with last
 * @param dialog whether the dialog of the agent's client approves calls under {@code ask}
 */
public record Proposal(
    ListFile file,
    Pair pair,
    Optional<Pair> before,
    Optional<ReviewRule> review,
    Optional<FollowRule> follow,
    boolean dialog) {
  /** The same, with signatures to count from now on as {@code rule} says, or not at all. */
  public Proposal under(Optional<ReviewRule> rule) {
    return new Proposal(file, pair, before, rule, follow, dialog);
  }

  /** The same, without following a branch from now on. */
  public Proposal followingNothing() {
    return new Proposal(file, pair, before, review, Optional.empty(), dialog);
  }

  /** The same, where from now on the client's dialog approves calls, or does not. */
  public Proposal withDialog(boolean counts) {
    return new Proposal(file, pair, before, review, follow, counts);
  }

  /** The list of the pair. */
  public AllowList list() {
    return pair.list();
  }

  /** Whether exactly this content is trusted already. */
  public boolean isTrusted() {
    return before.isPresent() && before.get().digest().equals(pair.digest());
  }
}
