package dev.gatekeeper.allowlist.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Glob;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Problem;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.check.Finding.Severity;
import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.EntryDigest;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockText;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.pin.PinJson;
import dev.gatekeeper.allowlist.review.LockedList;
import dev.gatekeeper.allowlist.smell.Smell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether a lock is in step with its list. That each definition has its digest, its weight and its
 * public name is checked when the lock is read; whether the servers still say so takes starting
 * them ({@code allowlist lock --check}).
 */
public final class LockCheck {
  private static final String RELOCK = "gatekeeper allowlist lock ";

  /** The lock does not tell the one from the other. */
  private static final String THEN = " (not offered, or not let through then)";

  private final LockedList pair;
  private final String file;
  private final Places places;
  private final List<Finding> findings = new ArrayList<>();

  private LockCheck(LockedList pair, String file, Places places) {
    this.pair = pair;
    this.file = file;
    this.places = places;
  }

  /**
   * Checks a lock that was read from {@code text}.
   *
   * @return by server; none is an error where it is in step
   */
  public static List<Finding> check(AllowList list, Lock lock, byte[] text, String file) {
    LockCheck check =
        new LockCheck(new LockedList(list, lock), file, Places.of(text, Lock.MAX_BYTES));
    list.servers().values().forEach(check::server);
    check.owners(Subject.Kind.RESOURCE);
    check.owners(Subject.Kind.TEMPLATE);
    list.commands().values().forEach(check::command);
    for (String name : lock.commands().keySet()) {
      if (!list.commands().containsKey(name)) {
        check.error(
            List.of("commands", name), "locks a command that is not on the list", RELOCK.strip());
      }
    }
    for (String name : lock.servers().keySet()) {
      if (!list.servers().containsKey(name)) {
        check.error(path(name), "locks a server that is not on the list", RELOCK.strip());
      }
    }
    return check.findings;
  }

  /** What a list lacks that has no lock at all: programs that are not started without a pin. */
  public static List<Finding> unpinned(AllowList list, String file) {
    LockCheck check =
        new LockCheck(new LockedList(list, Lock.EMPTY), file, Places.of("{}".getBytes(UTF_8), 2));
    list.servers().values().stream()
        .filter(server -> server.access().dynamic().isPresent())
        .forEach(check::server);
    list.commands().values().forEach(check::command);
    return check.findings;
  }

  private void server(Server server) {
    String name = server.name();
    Optional<LockedServer> locked = pair.lock().find(name);
    boolean lives = server.access().dynamic().isPresent();
    if (locked.isEmpty()) {
      boolean passes =
          !server.tools().isEmpty() || !server.prompts().isEmpty() || !server.resources().isEmpty();
      if (passes && lives && isUnpinned(server)) {
        error(
            List.of("servers"),
            "server " + name + " is not locked: " + unpinned(server),
            pinned(server));
      } else if (passes && !lives) {
        error(
            List.of("servers"),
            "server " + name + " is not locked: nothing of it exists for the agent",
            RELOCK + name);
      }
      return;
    }
    if (!locked.get().entry().equals(EntryDigest.of(server))) {
      error(
          below(path(name), "entry"),
          "locked under another entry: nothing of it counts",
          RELOCK + name);
      return;
    }
    pins(server, locked.get());
    if (!lives) {
      definitions(server, locked.get());
    }
    locked
        .get()
        .instructions()
        .ifPresent(
            text ->
                smells(
                    below(path(name), "instructions"),
                    "instructions",
                    Smell.in("", text, pair.strangers(name))));
  }

  /** URIs have no server in their names: one that two servers offer is read from the first. */
  private void owners(Subject.Kind kind) {
    Map<String, String> owners = new TreeMap<>();
    for (String server : pair.list().servers().keySet()) {
      for (String uri : pair.shown(server, kind).keySet()) {
        String owner = owners.putIfAbsent(uri, server);
        if (owner != null) {
          note(
              below(below(path(server), LockText.member(kind)), uri),
              "server " + owner + " offers it as well, and is the one that is asked",
              "let it through in one of the two (\"resources\")");
        }
      }
    }
  }

  /** A program without a pin is not started, unless the reviewed entry says why it has none. */
  private static boolean isUnpinned(Server server) {
    return switch (server) {
      case StdioServer stdio -> stdio.program().acknowledged().unpinned().isEmpty();
      case HttpServer http -> http.caFile().isPresent();
    };
  }

  private static String unpinned(Server server) {
    return switch (server) {
      case StdioServer _ -> "its program is not pinned, and is not started";
      case HttpServer _ -> "the file of its \"ca\" is not locked, and it is not reached";
    };
  }

  private static String pinned(Server server) {
    return switch (server) {
      case StdioServer _ -> RELOCK + server.name() + ", or say \"unpinned\": \"why\" in its entry";
      case HttpServer _ -> RELOCK + server.name();
    };
  }

  private void pins(Server server, LockedServer locked) {
    if (locked.pins().isEmpty() && isUnpinned(server)) {
      error(path(server.name()), unpinned(server), pinned(server));
    }
    if (server instanceof StdioServer) {
      read(locked.pins(), path(server.name()));
    }
  }

  /** What is wrong with a pin would else be met when the program is to start. */
  private void read(SortedMap<String, Json> pins, List<String> path) {
    PinJson.check(
        pins, fault -> add(Severity.ERROR, path, fault.at(), fault.message(), fault.hint()));
  }

  private void command(Command command) {
    Optional<LockedCommand> locked = pair.lock().find(command);
    locked.ifPresent(one -> read(one.pins(), List.of("commands", command.name())));
    boolean pinned = locked.filter(one -> !one.pins().isEmpty()).isPresent();
    if (!pinned && command.program().acknowledged().unpinned().isEmpty()) {
      error(
          List.of("commands"),
          "command "
              + command.name()
              + " is not locked as its entry is: its program is not pinned, and is not started",
          "gatekeeper allowlist lock, or say \"unpinned\": \"why\" in its entry");
    }
  }

  private void definitions(Server server, LockedServer locked) {
    Map<Subject.Kind, Rules> kinds = new TreeMap<>();
    kinds.put(Subject.Kind.TOOL, server.tools());
    kinds.put(Subject.Kind.PROMPT, server.prompts());
    kinds.put(Subject.Kind.RESOURCE, server.resources());
    kinds.put(Subject.Kind.TEMPLATE, server.resources());
    List<String> path = path(server.name());
    Set<String> strangers = pair.strangers(server.name());
    kinds.forEach(
        (kind, rules) -> {
          List<String> group = below(path, LockText.member(kind));
          for (Definition definition : locked.of(kind).values()) {
            List<String> place = below(group, definition.name());
            if (rules.match(definition.name()).effect() == Rules.Effect.DENY) {
              note(place, "the list does not let it through", RELOCK + server.name());
            } else {
              smells(place, "definition", Smell.in(definition, strangers));
            }
          }
        });
    names(server.tools(), locked.of(Subject.Kind.TOOL).keySet(), "tool", server);
    names(server.prompts(), locked.of(Subject.Kind.PROMPT).keySet(), "prompt", server);
    for (String tool : server.access().arguments().keySet()) {
      if (locked.find(Subject.Kind.TOOL, tool).isEmpty()) {
        error(
            path,
            "\"arguments\" has a rule for \"" + tool + "\", which was not locked" + THEN,
            "check the name, without which the tool that was meant has no rule; or "
                + RELOCK
                + server.name());
      }
    }
  }

  /**
   * A name that is written out and not locked is a slip, or something that was added since, or is
   * gone: for the agent it does not exist, and whom the list asks for it nobody will ask.
   */
  private void names(Rules rules, Set<String> offered, String word, Server server) {
    for (List<Glob> globs : List.of(rules.allow(), rules.ask(), rules.deny())) {
      for (Glob glob : globs) {
        if (glob.pattern().indexOf('*') < 0 && !offered.contains(glob.pattern())) {
          boolean denied = rules.match(glob.pattern()).effect() == Rules.Effect.DENY;
          if (!denied) {
            error(
                path(server.name()),
                "the list names the " + word + " \"" + glob + "\", which was not locked" + THEN,
                RELOCK + server.name() + "; or check the name");
          }
        }
      }
    }
  }

  private void smells(List<String> path, String what, List<Smell> smells) {
    for (Smell smell : smells) {
      String excerpt = smell.excerpt().isEmpty() ? "" : ": " + smell.excerpt();
      note(
          path,
          "the " + what + " " + smell.pointer() + " smells: " + smell.what() + excerpt,
          "read it; a model will");
    }
  }

  private static List<String> path(String server) {
    return List.of("servers", server);
  }

  private static List<String> below(List<String> path, String key) {
    List<String> below = new ArrayList<>(path);
    below.add(key);
    return below;
  }

  private void error(List<String> path, String message, String hint) {
    add(Severity.ERROR, path, message, hint);
  }

  private void note(List<String> path, String message, String hint) {
    add(Severity.NOTE, path, message, hint);
  }

  private void add(Severity severity, List<String> path, String message, String hint) {
    add(severity, path, places.at(path), message, Optional.of(hint));
  }

  private void add(
      Severity severity, List<String> path, At at, String message, Optional<String> hint) {
    findings.add(
        new Finding(
            severity,
            String.join(".", path),
            new Problem(file, at.line(), at.column(), message, hint)));
  }
}
