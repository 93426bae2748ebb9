package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.review.Change.Effect;
import java.util.List;

/**
 * Which powers one list grants that another did not.
 *
 * <p>Whatever is not provably a removal counts as growth: another program, another variable, one
 * that is gone (it may have said {@code READ_ONLY}), an argument rule that changed in any but a few
 * plain ways. Reasons and owners grant nothing.
 *
 * <p>An entry that is gone is a removal: one of the same name on a person's own list does not take
 * its place until that person trusted the list without it.
 */
public final class Growth {
  private Growth() {}

  /** The growth from {@code before} to {@code after}; empty means that it only removes power. */
  public static List<Change> of(AllowList before, AllowList after) {
    return of(new LockedList(before, Lock.EMPTY), new LockedList(after, Lock.EMPTY));
  }

  /** The same with the locks: definitions that are new or differ, and programs, are growth. */
  public static List<Change> of(LockedList before, LockedList after) {
    return Changes.between(before, after).stream()
        .filter(change -> change.effect() == Effect.GRANTS)
        .toList();
  }
}
