package dev.gatekeeper.cli.allowlist.review;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockText;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.review.Changes;
import dev.gatekeeper.allowlist.review.LockedList;
import dev.gatekeeper.cli.console.Console;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Definitions that a server says otherwise than they count, in the words of a review. */
public final class SaidOtherwise {
  private final Map<Subject.Kind, SortedMap<String, Definition>> before =
      new EnumMap<>(Subject.Kind.class);
  private final Map<Subject.Kind, SortedMap<String, Definition>> after =
      new EnumMap<>(Subject.Kind.class);
  private final List<Definition> said = new ArrayList<>();

  /** One that the server says, and what it is compared with. */
  public void add(Definition counts, Definition live) {
    before.computeIfAbsent(live.kind(), _ -> new TreeMap<>()).put(live.name(), counts);
    after.computeIfAbsent(live.kind(), _ -> new TreeMap<>()).put(live.name(), live);
    said.add(live);
  }

  /**
   * Prints which words differ and what smells of an injection, as {@code diff} does; then each of
   * them whole, since of a long text that shows a part.
   */
  public void print(AllowList list, String server, LockedServer locked, PrintStream out) {
    LockedList was = new LockedList(list, Lock.EMPTY.with(server, with(locked, before)));
    LockedList now = new LockedList(list, Lock.EMPTY.with(server, with(locked, after)));
    new ChangeText(out).print(Changes.between(was, now));
    for (Definition each : said) {
      String title = LockText.member(each.kind()) + " " + each.name();
      out.println(Console.printable(title) + " is now, as a whole:");
      out.println("  " + Console.printable(each.canonical()));
    }
  }

  private static LockedServer with(
      LockedServer locked, Map<Subject.Kind, SortedMap<String, Definition>> definitions) {
    return new LockedServer(
        locked.entry(),
        locked.pins(),
        locked.profile(),
        locked.protocolVersion(),
        locked.serverInfo(),
        locked.instructions(),
        definitions);
  }
}
