package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowList;
import java.util.Optional;

/**
 * A list that a person may trust: the very bytes that were read, so that what was shown is what is
 * trusted, whatever happens to the file meanwhile.
 *
 * @param before what this place was trusted with last
 */
public record Proposal(ListFile file, AllowList list, Optional<AllowList> before) {
  /** Whether exactly this content is trusted already. */
  public boolean isTrusted() {
    return before.isPresent() && before.get().digest().equals(list.digest());
  }
}
