package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.review.Change.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Everything that differs between two lists and their locks. */
public final class Changes {
  private static final String WHOLE = "the list";

  private final GlobComparison globs = new GlobComparison();
  private final List<Change> changes = new ArrayList<>();

  private Changes() {}

  /**
   * The differences from {@code before} to {@code after}: what grants first, then by entry and
   * topic. Empty where both say the same, whatever their bytes.
   */
  public static List<Change> between(LockedList before, LockedList after) {
    Changes all = new Changes();
    all.servers(before, after);
    all.commands(before, after);
    all.changes.sort(
        Comparator.comparing(Change::effect)
            .thenComparing(Change::entry)
            .thenComparing(Change::topic));
    return List.copyOf(all.changes);
  }

  private void servers(LockedList beforeLocked, LockedList afterLocked) {
    AllowList before = beforeLocked.list();
    AllowList after = afterLocked.list();
    Ledger whole = new Ledger(WHOLE);
    if (before.personal() != after.personal()) {
      whole.add(
          after.personal() ? Effect.GRANTS : Effect.REMOVES,
          Topic.PERSONAL,
          after.personal()
              ? "a person's own list may stand beside this one"
              : "a person's own list no longer stands beside this one",
          List.of(),
          List.of());
    }
    changes.addAll(whole.changes());
    TreeSet<String> servers = new TreeSet<>(before.servers().keySet());
    servers.addAll(after.servers().keySet());
    for (String name : servers) {
      Server was = before.servers().get(name);
      Server now = after.servers().get(name);
      Ledger ledger = new Ledger("server " + name);
      if (was == null && now != null) {
        ledger.add(Effect.GRANTS, Topic.SERVER, "new server", List.of(), Power.of(now));
      } else if (now == null && was != null) {
        ledger.add(Effect.REMOVES, Topic.SERVER, "server is gone", Power.of(was), List.of());
      } else if (was != null && now != null) {
        new EntryChanges(ledger, globs).compare(was, now);
      }
      if (now != null) {
        new LockChanges(name, beforeLocked, afterLocked, ledger).compare();
      }
      changes.addAll(ledger.changes());
    }
  }

  private void commands(LockedList beforeLocked, LockedList afterLocked) {
    AllowList before = beforeLocked.list();
    AllowList after = afterLocked.list();
    TreeSet<String> commands = new TreeSet<>(before.commands().keySet());
    commands.addAll(after.commands().keySet());
    for (String name : commands) {
      Command was = before.commands().get(name);
      Command now = after.commands().get(name);
      Ledger ledger = new Ledger("command " + name);
      if (was == null && now != null) {
        ledger.add(Effect.GRANTS, Topic.COMMAND, "new command", List.of(), Power.of(now));
      } else if (now == null && was != null) {
        ledger.add(Effect.REMOVES, Topic.COMMAND, "command is gone", Power.of(was), List.of());
      } else if (was != null && now != null) {
        new EntryChanges(ledger, globs).compare(was, now);
      }
      if (now != null) {
        LockChanges.pins(ledger, beforeLocked.pins(name), afterLocked.pins(name));
      }
      changes.addAll(ledger.changes());
    }
  }
}
