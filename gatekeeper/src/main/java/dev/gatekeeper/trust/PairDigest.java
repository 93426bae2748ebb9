package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.pin.Digest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a list and the lock beside it are told apart by. Two pairs with equal digests have the same
 * bytes in both files, or lack the same lock.
 *
 * @param list {@code sha256:} and the hexadecimal SHA-256 of the list
 * @param lock the same of the lock; empty where there is none
 */
record PairDigest(String list, Optional<String> lock) {
  /** Written out: the generated one is linked at its first use, for 20 ms that an agent waits. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PairDigest that && list.equals(that.list) && lock.equals(that.lock);
  }

  @Override
  public int hashCode() {
    return list.hashCode();
  }

  /** The digest of one text, in the form that the components have. */
  static String of(String text) {
    return Digest.sha256(text.getBytes(UTF_8));
  }
}
