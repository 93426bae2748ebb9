package dev.gatekeeper.trust.acceptance;

import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.Lock;
import java.time.LocalDate;

/**
 * One definition that changed since the review.
 *
 * @param place the canonical directory of the project
 * @param locked digest of the locked definition in whose place it stands: under another lock it
 *     counts no more
 * @param canonical the definition as it is now, in RFC 8785 form
 * @param until the last day on which it counts, in UTC
 */
public record Acceptance(
    String place,
    String server,
    Subject.Kind kind,
    String name,
    String locked,
    String canonical,
    LocalDate until) {
  /** The definition as it is now, under the name that the agent knows it by. */
  public Definition definition(String publicName) {
    return new Definition(kind, name, publicName, canonical);
  }

  /** Whether {@code lock} has the definition in whose place it stands. */
  boolean isOf(Lock lock) {
    return lock.find(server)
        .flatMap(it -> it.find(kind, name))
        .filter(it -> it.digest().equals(locked))
        .isPresent();
  }

  /** Whether it stands where {@code other} does. */
  boolean replaces(Acceptance other) {
    return place.equals(other.place)
        && server.equals(other.server)
        && kind == other.kind
        && name.equals(other.name);
  }
}
