package dev.gatekeeper.cli.allowlist;

import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.review.LockedList;
import dev.gatekeeper.json.JsonWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How much of a conversation the definitions of one server take, by its lock: an estimate. */
final class Weight {
  /** Definitions that are named in words, the heaviest first. */
  private static final int MAX_NAMED = 8;

  private final Optional<LockedServer> locked;
  private final boolean lives;
  private final List<Definition> definitions = new ArrayList<>();

  Weight(LockedList pair, Server server) {
    this.locked = pair.locked(server.name());
    this.lives = server.access().dynamic().isPresent();
    for (Subject.Kind kind : Subject.Kind.values()) {
      definitions.addAll(pair.shown(server.name(), kind).values());
    }
    definitions.sort(
        Comparator.comparingInt(Definition::tokens).reversed().thenComparing(Definition::name));
  }

  int tokens() {
    return definitions.stream().mapToInt(Definition::tokens).sum();
  }

  /** One line. */
  String words() {
    if (lives) {
      return "as it comes: definitions are not locked";
    }
    if (locked.isEmpty()) {
      return "not locked";
    }
    String named =
        definitions.stream()
            .limit(MAX_NAMED)
            .map(definition -> definition.name() + " " + definition.tokens())
            .collect(Collectors.joining(", "));
    int more = definitions.size() - MAX_NAMED;
    return "about "
        + tokens()
        + " tokens"
        + (named.isEmpty() ? "" : ": " + named)
        + (more > 0 ? ", and " + more + " more" : "");
  }

  void write(JsonWriter entry) {
    entry
        .put("locked", locked.isPresent())
        .put("tokens", tokens())
        .array(
            "definitions",
            array ->
                definitions.forEach(
                    definition ->
                        array.object(
                            object ->
                                object
                                    .put("kind", definition.kind().name().toLowerCase(Locale.ROOT))
                                    .put("name", definition.name())
                                    .put("publicName", definition.publicName())
                                    .put("tokens", definition.tokens()))));
  }
}
