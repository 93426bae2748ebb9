package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.allowlist.review.Growth;
import dev.gatekeeper.allowlist.review.LockedList;
import java.util.Optional;

/**
 * A pair that is not what a person trusted last. Apart from {@link Trust} so that nothing of
 * comparing is loaded where the content is trusted as it is.
 *
 * <p>It is compared with what was trusted last and with nothing else. What was in force meanwhile,
 * a removal, cannot be remembered: a memory that needs no passphrase is one that an agent writes
 * too. So an agent that undoes a removal has what a person trusted, and never more; {@code
 * allowlist trust} makes a removal last.
 */
final class ChangedPair {
  private ChangedPair() {}

  /**
   * @param rule what stands behind {@code last}
   */
  static InForce.Trusted judge(Pair now, Pair last, Rule rule, boolean personal) {
    if (onlyRemoves(now, last)) {
      return InForce.Trusted.of(now, Rule.REMOVAL);
    }
    return InForce.Trusted.of(last, rule)
        .noting(
            (personal ? "The personal list as it is now" : "The list in the work tree")
                + " differs and may grant more, so it does not count. A person reads it and types"
                + " in a terminal: gatekeeper allowlist trust"
                + (personal ? " --personal" : ""));
  }

  /** A lock that is gone is no removal: what it held back is not compared with it any more. */
  private static boolean onlyRemoves(Pair now, Pair last) {
    if (now.lock().isEmpty() && last.lock().isPresent()) {
      return false;
    }
    Optional<LockedList> before = locked(last);
    Optional<LockedList> after = locked(now);
    return before.isPresent()
        && after.isPresent()
        && Growth.of(before.get(), after.get()).isEmpty();
  }

  /** Empty where the lock is no lock: then nothing can be said of what it grants. */
  private static Optional<LockedList> locked(Pair pair) {
    try {
      Optional<byte[]> text = pair.lockBytes();
      Lock lock = text.isPresent() ? LockReader.read(text.get(), Project.LOCK) : Lock.EMPTY;
      return Optional.of(new LockedList(pair.list(), lock));
    } catch (AllowListException e) {
      return Optional.empty();
    }
  }
}
