package dev.gatekeeper.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.read.LockReader;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A list and the lock beside it. The two are judged, trusted and put in force together: whoever
 * changed the one alone changed what the other means.
 */
public final class Pair {
  /** Bytes of a lock that is read before it is known to count: as many as a list has. */
  private static final int MAX_AHEAD = JsonReader.MAX_BYTES;

  private final AllowList list;
  private final String text;
  private final Optional<String> lock;
  private final FutureTask<Lock> locked;
  private final PairDigest digest;

  Pair(AllowList list, String text, Optional<String> lock) {
    this.list = list;
    this.text = text;
    this.lock = lock;
    this.locked = new FutureTask<>(() -> read(lock));
    this.digest = new PairDigest(list.digest(), lock.map(PairDigest::of));
  }

  /**
   * The same, with a lock of these bytes. It is read beside its digest, and beside the signatures
   * by which that counts: an agent waits for all of them. Nothing is done with what was read before
   * it counts.
   */
  Pair(AllowList list, String text, String lock, byte[] lockBytes) {
    this.list = list;
    this.text = text;
    this.lock = Optional.of(lock);
    this.locked = new FutureTask<>(() -> read(Optional.of(lock)));
    if (lockBytes.length <= MAX_AHEAD) {
      Thread.ofPlatform().daemon().name("gatekeeper-lock-text").start(locked);
    }
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

  /** What the servers are locked with; a lock that is not there or cannot be read locks nothing. */
  Lock locked() {
    locked.run(); // where nobody has begun
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return locked.get();
        } catch (InterruptedException e) {
          interrupted = true; // it is bounded work: what it gives is waited for
        } catch (ExecutionException e) {
          throw new AssertionError(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Lock read(Optional<String> lock) {
    try {
      return lock.isEmpty() ? Lock.EMPTY : LockReader.readTrusted(lock.get(), Project.LOCK);
    } catch (AllowListException e) {
      return Lock.EMPTY; // trusted by a program with other rules: what is not locked is denied
    }
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
