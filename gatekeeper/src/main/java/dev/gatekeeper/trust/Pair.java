package dev.gatekeeper.trust;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.trust.content.LockBeside;
import java.util.List;
import java.util.Optional;

/**
 * A list and the lock beside it. The two are judged, trusted and put in force together: whoever
 * changed the one alone changed what the other means.
 */
public final class Pair {
  private final AllowList list;
  private final String text;
  private final Optional<LockBeside> lock;
  private final PairDigest digest;

  Pair(AllowList list, String text, Optional<LockBeside> lock) {
    this(list, text, lock, lock.map(LockBeside::digest));
  }

  private Pair(
      AllowList list, String text, Optional<LockBeside> lock, Optional<String> lockDigest) {
    this.list = list;
    this.text = text;
    this.lock = lock;
    this.digest = new PairDigest(list.digest(), lockDigest);
  }

  /** Another list with the same lock. */
  Pair with(AllowList other) {
    return new Pair(other, text, lock, digest.lock());
  }

  /** The list, read. */
  public AllowList list() {
    return list;
  }

  /** The text of the list, strict UTF-8. */
  public String text() {
    return text;
  }

  /** The text of the lock, strict UTF-8 and not looked into; empty where there is none. */
  public Optional<String> lock() {
    return lock.map(LockBeside::text);
  }

  /** Both texts, as far as they are there. */
  List<String> texts() {
    return lock.map(it -> List.of(text, it.text())).orElse(List.of(text));
  }

  /** What the servers are locked with; a lock that is not there or cannot be read locks nothing. */
  Lock locked() {
    return lock.map(LockBeside::lock).orElse(Lock.EMPTY);
  }

  /** The bytes of the lock as they were read. */
  public Optional<byte[]> lockBytes() {
    return lock.map(LockBeside::bytes);
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of the lock. */
  public Optional<String> lockDigest() {
    return digest.lock();
  }

  PairDigest digest() {
    return digest;
  }
}
