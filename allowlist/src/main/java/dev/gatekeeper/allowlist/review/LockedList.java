package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.EntryDigest;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.allowlist.lock.LockedServer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A list and the lock beside it: what they say together is what is reviewed. */
public record LockedList(AllowList list, Lock lock) {
  /** Lets nothing through. */
  public static final LockedList EMPTY = new LockedList(AllowList.EMPTY, Lock.EMPTY);

  /**
   * What is locked of {@code server}; empty where nothing is, or where it was locked under another
   * entry, so that it counts for nothing.
   */
  public Optional<LockedServer> locked(String server) {
    Optional<Server> entry = Optional.ofNullable(list.servers().get(server));
    return lock.find(server)
        .filter(locked -> entry.isPresent() && locked.entry().equals(EntryDigest.of(entry.get())));
  }

  /** What is pinned of a command under the entry that it has. */
  SortedMap<String, Json> pins(String command) {
    return Optional.ofNullable(list.commands().get(command))
        .flatMap(lock::find)
        .map(LockedCommand::pins)
        .orElseGet(TreeMap::new);
  }

  /** The definitions that exist for the agent, by the server's own name. */
  public SortedMap<String, Definition> shown(String server, Subject.Kind kind) {
    SortedMap<String, Definition> shown = new TreeMap<>();
    Server entry = list.servers().get(server);
    if (entry == null || entry.access().dynamic().isPresent()) {
      return shown;
    }
    Rules rules =
        switch (kind) {
          case TOOL -> entry.tools();
          case PROMPT -> entry.prompts();
          case RESOURCE, TEMPLATE -> entry.resources();
        };
    locked(server)
        .ifPresent(
            locked ->
                locked
                    .of(kind)
                    .forEach(
                        (name, definition) -> {
                          if (rules.match(name).effect() != Rules.Effect.DENY) {
                            shown.put(name, definition);
                          }
                        }));
    return shown;
  }

  /**
   * Names by which the model knows tools of other servers than this one: those that the agent sees,
   * and own names that are no plain words.
   */
  public Set<String> strangers(String server) {
    Set<String> names = new HashSet<>();
    Set<String> own = new HashSet<>();
    lock.servers()
        .forEach(
            (name, locked) -> {
              for (Definition tool : locked.of(Subject.Kind.TOOL).values()) {
                (name.equals(server) ? own : names).add(tool.publicName());
                if (name.equals(server)) {
                  own.add(tool.name());
                } else if (tool.name().indexOf('_') > 0 || tool.name().indexOf('-') > 0) {
                  names.add(tool.name());
                }
              }
            });
    names.removeAll(own);
    return names;
  }
}
