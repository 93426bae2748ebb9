package dev.gatekeeper.trust.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.pin.Digest;

/**
 * The branch that a project follows, as a person bound it.
 *
 * @param root the repository's root commit, which the branch had then
 * @param tip the commit that a person saw last; the branch has to follow it
 */
public record FollowRule(Upstream upstream, String root, String tip) {
  /** For people, and for the record of the change. */
  public String text() {
    return "branch "
        + upstream.branch()
        + " of "
        + upstream.url()
        + upstream
            .knownBy()
            .map(it -> " (known by " + Digest.sha256(it.getBytes(UTF_8)) + ")")
            .orElse("")
        + upstream
            .credential()
            .map(it -> " (asked with " + it.reference() + " as " + it.user() + ")")
            .orElse("")
        + " at "
        + tip;
  }
}
