package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.Json;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one server offered when it was locked.
 *
 * @param entry {@link EntryDigest} of the entry that it was started by
 * @param pins the program, by platform
 * @param profile the client capabilities that it was told of: all that the entry allows
 * @param protocolVersion the revision of MCP that it chose
 * @param serverInfo its name and version in RFC 8785 form
 * @param instructions its instructions to the model
 * @param definitions by kind, then by the server's own name; only what the entry lets through
 */
public record LockedServer(
    String entry,
    SortedMap<String, Json> pins,
    SortedSet<String> profile,
    String protocolVersion,
    String serverInfo,
    Optional<String> instructions,
    Map<Subject.Kind, SortedMap<String, Definition>> definitions) {
  public LockedServer {
    pins = Collections.unmodifiableSortedMap(new TreeMap<>(pins));
    profile = Collections.unmodifiableSortedSet(new TreeSet<>(profile));
    Map<Subject.Kind, SortedMap<String, Definition>> all = new EnumMap<>(Subject.Kind.class);
    for (Subject.Kind kind : Subject.Kind.values()) {
      all.put(kind, new TreeMap<>(definitions.getOrDefault(kind, new TreeMap<>())));
    }
    definitions = Collections.unmodifiableMap(all);
  }

  /** The definitions of a kind, by the server's own name; unmodifiable. */
  public SortedMap<String, Definition> of(Subject.Kind kind) {
    return Collections.unmodifiableSortedMap(definitions.getOrDefault(kind, new TreeMap<>()));
  }

  /** The definition of that kind and name. */
  public Optional<Definition> find(Subject.Kind kind, String name) {
    return Optional.ofNullable(of(kind).get(name));
  }

  /** Sum of the weights of all definitions that a list shows. */
  public int tokens() {
    return definitions.values().stream()
        .flatMap(kind -> kind.values().stream())
        .mapToInt(Definition::tokens)
        .sum();
  }
}
