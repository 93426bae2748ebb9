package dev.gatekeeper.fleet.offer;

import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.Offered;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.journal.Recorded;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps what the process lists, word for word, for a person to review; it is called by nobody. */
public final class SurveyedOffer implements Offer {
  private final Map<Kind, List<Offered>> listed = new EnumMap<>(Kind.class);

  @Override
  public synchronized boolean listed(Kind kind, List<Offered> definitions) {
    listed.put(kind, List.copyOf(definitions));
    return false;
  }

  public synchronized List<Offered> of(Kind kind) {
    return listed.getOrDefault(kind, List.of());
  }

  @Override
  public Optional<Refusal> refusal(Recorded call) {
    return Optional.of(new Refusal(Journal.Outcome.NOT_OFFERED, Optional.empty()));
  }
}
