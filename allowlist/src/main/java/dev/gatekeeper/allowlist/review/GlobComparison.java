package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.Glob;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * Compares globs within a bound: past it nothing is covered and everything meets, so that a hostile
 * list can be called growth and nothing else.
 */
final class GlobComparison {
  /** Pairs of characters: a tenth of a second, and more than any list that a person wrote. */
  private static final long MAX_STEPS = 50_000_000;

  private long steps = MAX_STEPS;

  /** Those of {@code globs} that none of {@code by} covers as a whole. */
  List<Glob> uncovered(List<Glob> globs, List<Glob> by) {
    Collection<Glob> exact = new HashSet<>(by);
    return globs.stream()
        .distinct()
        .filter(glob -> !exact.contains(glob) && by.stream().noneMatch(b -> covers(b, glob)))
        .toList();
  }

  /** Those of {@code globs} that have a name in common with one of {@code others}. */
  List<Glob> meeting(List<Glob> globs, List<Glob> others) {
    return globs.stream().filter(glob -> others.stream().anyMatch(o -> meets(glob, o))).toList();
  }

  private boolean covers(Glob wide, Glob narrow) {
    return pay(wide, narrow) && wide.covers(narrow);
  }

  private boolean meets(Glob one, Glob other) {
    return !pay(one, other) || one.meets(other);
  }

  private boolean pay(Glob one, Glob other) {
    steps -= (long) (one.pattern().length() + 1) * (other.pattern().length() + 1);
    return steps > 0;
  }
}
