package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.pin.Digest;
import java.util.Optional;

/**
 * A list and the lock beside it. The two are judged, trusted and put in force together: whoever
 * changed the one alone changed what the other means.
 */
public final class Pair {
  private final AllowList list;
  private final String text;
  private final Optional<String> lock;
  private final PairDigest digest;

  Pair(AllowList list, String text, Optional<String> lock) {
    this.list = list;
    this.text = text;
    this.lock = lock;
    this.digest = new PairDigest(list.digest(), lock.map(PairDigest::of));
  }

  /** The same, with a lock of these bytes. */
  Pair(AllowList list, String text, String lock, byte[] lockBytes) {
    this.list = list;
    this.text = text;
    this.lock = Optional.of(lock);
    this.digest = new PairDigest(list.digest(), Optional.of(Digest.sha256(lockBytes)));
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
    return lock;
  }

  /** The bytes of the lock as they were read. */
  public Optional<byte[]> lockBytes() {
    return lock.map(text -> text.getBytes(UTF_8));
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of the lock. */
  public Optional<String> lockDigest() {
    return digest.lock();
  }

  PairDigest digest() {
    return digest;
  }
}
