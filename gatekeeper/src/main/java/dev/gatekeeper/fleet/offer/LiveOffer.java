package dev.gatekeeper.fleet.offer;

import dev.gatekeeper.catalog.Catalog;
import dev.gatekeeper.catalog.Item;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.Offered;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.journal.Recorded;
import dev.gatekeeper.json.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Of an entry that says why nobody can review its definitions: whatever the process lists. */
public final class LiveOffer implements Offer {
  private final String server;
  private final Catalog catalog;

  public LiveOffer(String server, Catalog catalog) {
    this.server = server;
    this.catalog = catalog;
  }

  @Override
  public boolean listed(Kind kind, List<Offered> definitions) {
    List<Item> items = new ArrayList<>();
    for (Offered definition : definitions) {
      try {
        items.add(Item.of(kind, server, definition, false));
      } catch (MalformedException e) {
        throw new AssertionError("its name was read before", e);
      }
    }
    return catalog.offer(kind, server, items);
  }

  /** What is callable by name must be on the list; URIs may come from a template. */
  @Override
  public Optional<Refusal> refusal(Recorded call) {
    Recorded.Target target = call.target();
    boolean offered =
        !target.kind().isNamed()
            || catalog
                .find(target.kind(), target.publicName())
                .filter(item -> item.server().equals(server) && item.name().equals(target.name()))
                .isPresent();
    return offered
        ? Optional.empty()
        : Optional.of(new Refusal(Journal.Outcome.NOT_OFFERED, Optional.empty()));
  }
}
