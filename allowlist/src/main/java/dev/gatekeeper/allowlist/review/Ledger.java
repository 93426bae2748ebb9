package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.review.Change.Effect;
import dev.gatekeeper.allowlist.review.Change.Topic;
import dev.gatekeeper.allowlist.smell.Smell;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Takes down the changes of one entry. */
final class Ledger {
  private final String entry;
  private final List<Change> changes = new ArrayList<>();

  Ledger(String entry) {
    this.entry = entry;
  }

  List<Change> changes() {
    return changes;
  }

  void add(Effect effect, Topic topic, String words, List<String> before, List<String> after) {
    add(effect, topic, words, "", before, after, List.of());
  }

  void add(
      Effect effect,
      Topic topic,
      String words,
      String subject,
      List<String> before,
      List<String> after,
      List<Smell> smells) {
    changes.add(new Change(effect, topic, entry, words, subject, before, after, smells));
  }

  void grants(Topic topic, String words, String after) {
    add(Effect.GRANTS, topic, words, List.of(), List.of(after));
  }

  void removes(Topic topic, String words, String before) {
    add(Effect.REMOVES, topic, words, List.of(before), List.of());
  }

  /** A value that differs, in a way that nobody can call a removal. */
  void changed(Topic topic, String words, String before, String after) {
    add(Effect.GRANTS, topic, words, List.of(before), List.of(after));
  }

  /** A bound that went up, which grants, or down; {@code order} is how they compare. */
  void bound(Topic topic, String words, int order, String before, String after) {
    if (order != 0) {
      Effect effect = order < 0 ? Effect.GRANTS : Effect.REMOVES;
      add(effect, topic, words, List.of(before), List.of(after));
    }
  }

  /** Names that each let something through. */
  void names(Topic topic, String words, Set<String> before, Set<String> after) {
    Set<String> added = new TreeSet<>(after);
    added.removeAll(before);
    Set<String> gone = new TreeSet<>(before);
    gone.removeAll(after);
    some(Effect.GRANTS, topic, words, List.of(), added);
    some(Effect.REMOVES, topic, "no longer: " + words, gone, List.of());
  }

  /** Reported unless both are empty. */
  void some(
      Effect effect,
      Topic topic,
      String words,
      Collection<String> before,
      Collection<String> after) {
    if (!before.isEmpty() || !after.isEmpty()) {
      add(effect, topic, words, List.copyOf(before), List.copyOf(after));
    }
  }

  /** A reason why something is done that is refused without one: giving it is what grants. */
  void reason(Topic topic, String words, Optional<String> before, Optional<String> after) {
    if (before.isEmpty() && after.isPresent()) {
      grants(topic, words, after.get());
    } else if (before.isPresent() && after.isEmpty()) {
      removes(topic, "no longer: " + words, before.get());
    } else if (!before.equals(after)) {
      add(
          Effect.NOTHING,
          topic,
          words + ", for another reason",
          List.copyOf(before.stream().toList()),
          List.copyOf(after.stream().toList()));
    }
  }
}
