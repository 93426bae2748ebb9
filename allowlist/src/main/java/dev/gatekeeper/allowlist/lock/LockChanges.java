package dev.gatekeeper.allowlist.lock;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.pin.AuthorityPin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one lock says otherwise than another, in plain words. They hold names that servers chose.
 */
public final class LockChanges {
  private LockChanges() {}

  /**
   * A line for each change, in the order of servers, kinds and names; none where both are equal.
   */
  public static List<String> between(Lock before, Lock after) {
    List<String> lines = new ArrayList<>();
    SortedSet<String> names = new TreeSet<>(before.servers().keySet());
    names.addAll(after.servers().keySet());
    for (String name : names) {
      Optional<LockedServer> was = before.find(name);
      Optional<LockedServer> is = after.find(name);
      if (was.isEmpty()) {
        lines.add("server " + name + ": new, " + size(is.orElseThrow()));
      } else if (is.isEmpty()) {
        lines.add("server " + name + ": removed");
      } else if (!was.equals(is)) {
        lines.addAll(server(name, was.get(), is.get()));
      }
    }
    commands(before, after, lines);
    return lines;
  }

  private static void commands(Lock before, Lock after, List<String> lines) {
    SortedSet<String> names = new TreeSet<>(before.commands().keySet());
    names.addAll(after.commands().keySet());
    for (String name : names) {
      LockedCommand was = before.commands().get(name);
      LockedCommand is = after.commands().get(name);
      String title = "command " + name + ": ";
      if (was == null || is == null) {
        lines.add(title + (was == null ? "new" : "removed"));
      } else {
        note(lines, title + "is started in another way", was.entry(), is.entry());
        note(lines, title + "another program", canonical(was.pins()), canonical(is.pins()));
      }
    }
  }

  private static String size(LockedServer server) {
    List<String> counts = new ArrayList<>();
    for (Subject.Kind kind : Subject.Kind.values()) {
      if (!server.of(kind).isEmpty()) {
        counts.add(server.of(kind).size() + " " + LockText.member(kind));
      }
    }
    return (counts.isEmpty() ? "nothing to offer" : String.join(", ", counts))
        + ", about "
        + server.tokens()
        + " tokens";
  }

  private static List<String> server(String name, LockedServer was, LockedServer is) {
    List<String> lines = new ArrayList<>();
    String title = "server " + name + ": ";
    note(lines, title + "is started in another way", was.entry(), is.entry());
    boolean remote = AuthorityPin.in(was.pins()).or(() -> AuthorityPin.in(is.pins())).isPresent();
    String pinned = remote ? "other certificates in the file of its ca" : "another program";
    note(lines, title + pinned, canonical(was.pins()), canonical(is.pins()));
    note(lines, title + "is told of other capabilities", was.profile(), is.profile());
    note(lines, title + "another revision of MCP", was.protocolVersion(), is.protocolVersion());
    note(lines, title + "another name or version of itself", was.serverInfo(), is.serverInfo());
    note(lines, title + "other instructions", was.instructions(), is.instructions());
    for (Subject.Kind kind : Subject.Kind.values()) {
      SortedSet<String> names = new TreeSet<>(was.of(kind).keySet());
      names.addAll(is.of(kind).keySet());
      for (String each : names) {
        definition(title, kind, each, was, is).ifPresent(lines::add);
      }
    }
    return lines;
  }

  /** Where a value stood in its text is no change. */
  private static SortedMap<String, String> canonical(SortedMap<String, Json> pins) {
    SortedMap<String, String> texts = new TreeMap<>();
    pins.forEach(
        (platform, pin) -> {
          try {
            texts.put(platform, CanonicalJson.of(pin));
          } catch (JsonException e) {
            throw new AssertionError("a pin holds texts and objects", e);
          }
        });
    return texts;
  }

  private static void note(List<String> lines, String line, Object was, Object is) {
    if (!Objects.equals(was, is)) {
      lines.add(line);
    }
  }

  private static Optional<String> definition(
      String title, Subject.Kind kind, String name, LockedServer was, LockedServer is) {
    Optional<Definition> before = was.find(kind, name);
    Optional<Definition> after = is.find(kind, name);
    String what = title + LockText.member(kind) + " " + name + ": ";
    if (before.equals(after)) {
      return Optional.empty();
    }
    if (before.isEmpty()) {
      return Optional.of(what + "new");
    }
    if (after.isEmpty()) {
      return Optional.of(what + "removed");
    }
    byte[] now = after.get().canonical().getBytes(StandardCharsets.UTF_8);
    return Optional.of(
        new Drift(was, List.of()).compare(kind, name, now) instanceof Comparison.Changed changed
            ? what + "changed at " + String.join(", ", changed.where())
            : what + "has another public name");
  }
}
