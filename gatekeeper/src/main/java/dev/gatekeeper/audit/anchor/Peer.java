package dev.gatekeeper.audit.anchor;

import java.util.List;
import java.util.Optional;

/**
 * Another log, as its branch at a remote shows it.
 *
 * @param head its newest anchor; nothing when there is a fault, or the branch is gone
 * @param fault why its branch cannot be believed
 * @param before the fault that the own log recorded last, if its last record of that log is one
 * @param sight that neither the repository nor the own log has seen anything of this branch, as
 *     words for a person: so all of it is its own word
 * @param accepted that what was seen of it before is there no more, and a person agreed
 * @param losses what its branch gives up, of what is seen for the first time
 */
public record Peer(
    String logId,
    Optional<Anchor> head,
    Optional<String> fault,
    String before,
    Optional<String> sight,
    Optional<String> accepted,
    List<String> losses) {
  /** The outcome in a record of what a person agreed to. */
  public static final String ACCEPTED = "accepted";

  /** Whether there is more to say than what its head is. */
  boolean isOdd() {
    return fault.isPresent() || accepted.isPresent() || !losses.isEmpty();
  }

  static Peer broken(String logId, String fault, Recorded.Known known) {
    return new Peer(
        logId,
        Optional.empty(),
        Optional.of(fault),
        known.reason(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  static Peer gone(String logId, String agreed) {
    return new Peer(
        logId,
        Optional.empty(),
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.of(agreed),
        List.of());
  }
}
