package dev.gatekeeper.fleet;

import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.Offered;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps what the process lists, word for word, for a person to review; it is called by nobody. */
final class SurveyedOffer implements Offer {
  private final Map<Kind, List<Offered>> listed = new EnumMap<>(Kind.class);

  @Override
  public boolean isKnown() {
    return false;
  }

  @Override
  public Set<Kind> publish() {
    return Set.of();
  }

  @Override
  public synchronized boolean listed(Kind kind, List<Offered> definitions) {
    listed.put(kind, List.copyOf(definitions));
    return false;
  }

  synchronized List<Offered> of(Kind kind) {
    return listed.getOrDefault(kind, List.of());
  }

  @Override
  public Optional<Refusal> refusal(Call call) {
    return Optional.of(new Refusal(Journal.Outcome.NOT_OFFERED, Optional.empty()));
  }

  @Override
  public String text() {
    return "";
  }
}
