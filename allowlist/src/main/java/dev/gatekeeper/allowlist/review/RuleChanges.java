package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.Glob;
import dev.gatekeeper.allowlist.ResourceUri;
import dev.gatekeeper.allowlist.Rules;
import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.review.Change.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What other globs let through. A name passes more freely than before only if one of the first four
 * kinds of change is reported: each glob that lets something through is held against those that did
 * before, and each that held something back against those that do now.
 */
final class RuleChanges {
  private final GlobComparison globs;
  private final Ledger ledger;

  RuleChanges(GlobComparison globs, Ledger ledger) {
    this.globs = globs;
    this.ledger = ledger;
  }

  void compare(Topic topic, String kind, Rules before, Rules after) {
    if (before.equals(after)) {
      return;
    }
    int known = ledger.changes().size();
    List<Glob> passedBefore = both(before.allow(), before.ask());
    // What a deny or an ask covers as a whole lets nothing through, however it is written.
    List<Glob> freeNow = globs.uncovered(after.allow(), both(after.ask(), after.deny()));
    List<Glob> passesNow = globs.uncovered(both(after.allow(), after.ask()), after.deny());
    Set<Glob> allowed = new HashSet<>(globs.uncovered(freeNow, before.allow()));
    Set<Glob> asked = new HashSet<>(globs.uncovered(after.ask(), passedBefore));
    if (topic == Topic.RESOURCE) {
      allowed.addAll(newSpellings(after.allow(), passedBefore));
      asked.addAll(newSpellings(after.ask(), passedBefore));
    }
    report(Effect.GRANTS, topic, kind + " allowed", List.of(), List.copyOf(allowed));
    report(Effect.GRANTS, topic, kind + " after approval", List.of(), List.copyOf(asked));
    report(
        Effect.GRANTS,
        topic,
        kind + " no longer asked about",
        globs.meeting(globs.uncovered(before.ask(), both(after.ask(), after.deny())), freeNow),
        List.of());
    report(
        Effect.GRANTS,
        topic,
        kind + " no longer denied",
        globs.meeting(globs.uncovered(before.deny(), after.deny()), passesNow),
        List.of());
    removals(topic, kind, before, after);
    if (ledger.changes().size() == known) {
      ledger.add(Effect.NOTHING, topic, kind + " written in another way", all(before), all(after));
    }
  }

  private void removals(Topic topic, String kind, Rules before, Rules after) {
    report(
        Effect.REMOVES,
        topic,
        kind + " no longer allowed",
        globs.uncovered(both(before.allow(), before.ask()), both(after.allow(), after.ask())),
        List.of());
    List<Glob> denied = globs.uncovered(after.deny(), before.deny());
    report(Effect.REMOVES, topic, kind + " denied", List.of(), denied);
    List<Glob> asks = globs.uncovered(after.ask(), before.ask());
    report(
        Effect.REMOVES,
        topic,
        kind + " asked about first",
        List.of(),
        globs.meeting(asks, before.allow()));
  }

  /** URIs that no glob with a star lets through, whatever it covers ({@link ResourceUri}). */
  private static List<Glob> newSpellings(List<Glob> after, List<Glob> before) {
    Set<Glob> known = new HashSet<>(before);
    return after.stream()
        .filter(glob -> glob.pattern().indexOf('*') < 0)
        .filter(glob -> !known.contains(glob) && !ResourceUri.isPlain(glob.pattern()))
        .toList();
  }

  private void report(
      Effect effect, Topic topic, String words, List<Glob> before, List<Glob> after) {
    ledger.some(effect, topic, words, patterns(before), patterns(after));
  }

  private static List<String> patterns(List<Glob> globs) {
    return globs.stream().map(Glob::pattern).sorted().toList();
  }

  private static List<String> all(Rules rules) {
    List<String> all = new ArrayList<>();
    rules.allow().forEach(glob -> all.add("allow " + glob));
    rules.ask().forEach(glob -> all.add("ask " + glob));
    rules.deny().forEach(glob -> all.add("deny " + glob));
    return all;
  }

  private static List<Glob> both(List<Glob> one, List<Glob> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }
}
