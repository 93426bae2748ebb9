package dev.gatekeeper.cli.allowlist;

import dev.gatekeeper.allowlist.review.Power;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.trust.Proposal;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says in plain words what a list grants: lines that are new since it was last trusted begin with
 * {@code +}, those that are gone with {@code -}. Every text of the list is shown escaped.
 */
final class PowerSummary {
  private final PrintStream out;

  PowerSummary(PrintStream out) {
    this.out = out;
  }

  void print(Proposal proposal) {
    out.println("List " + Console.printable(proposal.file().file().toString()));
    out.println("     " + proposal.list().digest());
    out.println(
        proposal.pair().lockDigest().map(lock -> "Lock " + lock).orElse("There is no lock."));
    SortedMap<String, List<String>> now = Power.of(proposal.list());
    SortedMap<String, List<String>> before =
        proposal.before().map(pair -> Power.of(pair.list())).orElse(new TreeMap<>());
    if (now.isEmpty()) {
      out.println("It allows nothing.");
    }
    Set<String> titles = new TreeSet<>(now.keySet());
    titles.addAll(before.keySet());
    for (String title : titles) {
      print(title, before.get(title), now.get(title));
    }
    if (proposal.before().isPresent()) {
      out.println("+ is new since you last trusted this list, - is gone.");
    }
  }

  private void print(String title, @Nullable List<String> before, @Nullable List<String> now) {
    List<String> old = before == null ? List.of() : before;
    List<String> present = now == null ? List.of() : now;
    out.println((now == null ? "- " : before == null ? "+ " : "  ") + Console.printable(title));
    for (String line : present) {
      out.println((old.contains(line) ? "    " : "+   ") + Console.printable(line));
    }
    for (String line : old) {
      if (!present.contains(line)) {
        out.println("-   " + Console.printable(line));
      }
    }
  }
}
