package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import java.util.Optional;

/**
 * A list and the lock beside it. The two are judged, trusted and put in force together: whoever
 * changed the one alone changed what the other means.
 *
 * @param text of the list, strict UTF-8
 * @param lock the text of the lock, strict UTF-8 and not looked into; empty where there is none
 */
public record Pair(AllowList list, String text, Optional<String> lock) {
  /** The bytes of the lock as they were read. */
  public Optional<byte[]> lockBytes() {
    return lock.map(text -> text.getBytes(UTF_8));
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of the lock. */
  public Optional<String> lockDigest() {
    return lock.map(PairDigest::of);
  }

  PairDigest digest() {
    return new PairDigest(list.digest(), lockDigest());
  }
}
