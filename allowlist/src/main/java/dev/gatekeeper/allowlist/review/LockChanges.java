package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.pin.AuthorityPin;
import dev.gatekeeper.allowlist.pin.PinJson;
import dev.gatekeeper.allowlist.pin.ProgramPin;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.review.Change.Topic;
import dev.gatekeeper.allowlist.smell.Smell;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What another lock changes for one server. A definition counts where its list lets it through and
 * its entry is the one that it was locked under. Any other text is growth: the model reads it.
 */
final class LockChanges {
  /** Differences of one program pin that are told; a tree of packages has hundreds. */
  private static final int MAX_OF_PIN = 8;

  private final String server;
  private final LockedList before;
  private final LockedList after;
  private final Ledger ledger;
  private final Set<String> strangers;

  LockChanges(String server, LockedList before, LockedList after, Ledger ledger) {
    this.server = server;
    this.before = before;
    this.after = after;
    this.ledger = ledger;
    this.strangers = after.strangers(server);
  }

  void compare() {
    for (Subject.Kind kind : Subject.Kind.values()) {
      definitions(kind, before.shown(server, kind), after.shown(server, kind));
    }
    Optional<LockedServer> was = before.locked(server);
    Optional<LockedServer> now = after.locked(server);
    text(
        "instructions to the model",
        "",
        was.flatMap(LockedServer::instructions),
        now.flatMap(LockedServer::instructions));
    if (was.isPresent() && now.isPresent()) {
      text(
          "protocol version",
          "",
          Optional.of(was.get().protocolVersion()),
          Optional.of(now.get().protocolVersion()));
      for (JsonDifference each :
          JsonDifference.between(was.get().serverInfo(), now.get().serverInfo())) {
        text("calls itself", each.pointer(), each.before(), each.after());
      }
    }
    ledger.names(
        Topic.REQUEST,
        "is told that the agent takes",
        was.map(locked -> Set.copyOf(locked.profile())).orElse(Set.of()),
        now.map(locked -> Set.copyOf(locked.profile())).orElse(Set.of()));
    pins(
        ledger,
        was.map(LockedServer::pins).orElse(new TreeMap<>()),
        now.map(LockedServer::pins).orElse(new TreeMap<>()));
  }

  private void definitions(
      Subject.Kind kind, SortedMap<String, Definition> before, SortedMap<String, Definition> now) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      Definition was = before.get(name);
      Definition is = now.get(name);
      if (was == null && is != null) {
        appeared(kind, is);
      } else if (is == null) {
        ledger.removes(topic(kind), word(kind) + " is gone", name);
      } else if (was != null) {
        changed(kind, was, is);
      }
    }
  }

  private void appeared(Subject.Kind kind, Definition definition) {
    Json json = JsonDifference.parsed(definition.canonical());
    String description = json.get("description").flatMap(Json::string).orElse("");
    ledger.add(
        Effect.GRANTS,
        topic(kind),
        "new " + word(kind),
        "",
        List.of(),
        description.isEmpty()
            ? List.of(definition.name())
            : List.of(definition.name() + ": " + description),
        Smell.in(definition, strangers));
  }

  private void changed(Subject.Kind kind, Definition was, Definition is) {
    String words = "another definition of the " + word(kind);
    for (JsonDifference each : JsonDifference.between(was.canonical(), is.canonical())) {
      List<Smell> smells =
          Smell.in(is, strangers).stream()
              .filter(smell -> (smell.pointer() + "/").startsWith(each.pointer() + "/"))
              .toList();
      ledger.add(
          Effect.GRANTS,
          Topic.DEFINITION,
          words,
          is.name() + " " + each.pointer(),
          each.before().stream().toList(),
          each.after().stream().toList(),
          smells);
    }
    if (!was.publicName().equals(is.publicName())) {
      ledger.changed(
          Topic.DEFINITION,
          "another public name of a " + word(kind),
          was.publicName(),
          is.publicName());
    }
  }

  /** Text that is gone is no removal: it may have been a warning. */
  private void text(String words, String subject, Optional<String> was, Optional<String> now) {
    if (!was.equals(now)) {
      ledger.add(
          Effect.GRANTS,
          Topic.DEFINITION,
          words,
          subject,
          was.stream().toList(),
          now.stream().toList(),
          now.map(text -> Smell.in("", text, strangers)).orElse(List.of()));
    }
  }

  /** What another pin of a server or a command changes. */
  static void pins(Ledger ledger, SortedMap<String, Json> before, SortedMap<String, Json> now) {
    Set<String> platforms = new TreeSet<>(before.keySet());
    platforms.addAll(now.keySet());
    if (platforms.remove(AuthorityPin.NAME)) {
      authorities(ledger, AuthorityPin.in(before), AuthorityPin.in(now));
    }
    for (String platform : platforms) {
      Optional<Json> was = Optional.ofNullable(before.get(platform));
      Optional<Json> is = Optional.ofNullable(now.get(platform));
      Optional<ProgramPin> first = was.isPresent() ? Optional.empty() : readable(is);
      if (first.isPresent()) {
        ledger.add(
            Effect.GRANTS,
            Topic.PIN,
            "pinned program on",
            platform,
            List.of(),
            List.of(PinWords.of(first.get())),
            List.of());
        continue;
      }
      List<JsonDifference> all = JsonDifference.between(was, is);
      for (JsonDifference each : all.subList(0, Math.min(MAX_OF_PIN, all.size()))) {
        ledger.add(
            is.isPresent() ? Effect.GRANTS : Effect.REMOVES,
            Topic.PIN,
            is.isPresent() ? "another pinned program on" : "no program is pinned any more on",
            platform + (each.pointer().isEmpty() ? "" : " " + each.pointer()),
            each.before().stream().toList(),
            each.after().stream().toList(),
            List.of());
      }
      if (all.size() > MAX_OF_PIN) {
        String more = (all.size() - MAX_OF_PIN) + " more differences";
        ledger.add(
            is.isPresent() ? Effect.GRANTS : Effect.REMOVES,
            Topic.PIN,
            "another pinned program on",
            platform,
            List.of(),
            List.of(more),
            List.of());
      }
    }
  }

  private static void authorities(Ledger ledger, Optional<String> was, Optional<String> is) {
    if (!was.equals(is)) {
      ledger.add(
          is.isPresent() ? Effect.GRANTS : Effect.REMOVES,
          Topic.PIN,
          is.isPresent() ? "certificates, by their digest, in the file of" : "nothing is locked of",
          AuthorityPin.NAME,
          was.stream().toList(),
          is.stream().toList(),
          List.of());
    }
  }

  private static Optional<ProgramPin> readable(Optional<Json> pin) {
    return pin.flatMap(json -> PinJson.read(json, fault -> {}));
  }

  private static Topic topic(Subject.Kind kind) {
    return switch (kind) {
      case TOOL -> Topic.TOOL;
      case PROMPT -> Topic.PROMPT;
      case RESOURCE, TEMPLATE -> Topic.RESOURCE;
    };
  }

  private static String word(Subject.Kind kind) {
    return switch (kind) {
      case TOOL -> "tool";
      case PROMPT -> "prompt";
      case RESOURCE -> "resource";
      case TEMPLATE -> "resource template";
    };
  }
}
