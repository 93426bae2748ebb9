package dev.gatekeeper.fleet.offer;

import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.Offered;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.journal.Recorded;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one server has to offer, as the agent may see it, and whether its process still has it. */
public sealed interface Offer permits LiveOffer, LockedOffer, SurveyedOffer {
  /** Whether the lists are known before the server has ever run. */
  default boolean isKnown() {
    return false;
  }

  /**
   * Puts what is known into the catalog.
   *
   * @return the kinds of which the agent's list changed
   */
  default Set<Kind> publish() {
    return Set.of();
  }

  /**
   * The running process has listed this.
   *
   * @return whether the agent's list changed
   */
  boolean listed(Kind kind, List<Offered> definitions);

  /** Why this call cannot go to the running process, where it cannot. */
  Optional<Refusal> refusal(Recorded call);

  /** SHA-256 of the definition that was reviewed of what is called, where there is one. */
  default Optional<String> definition(Recorded.Target target) {
    return Optional.empty();
  }

  /** What a person should know of it; empty where there is nothing. */
  default String text() {
    return "";
  }

  /**
   * Why a call goes nowhere.
   *
   * @param text what the agent is told; without it, what was called does not exist for the agent
   */
  record Refusal(Journal.Outcome outcome, Optional<String> text) {}
}
