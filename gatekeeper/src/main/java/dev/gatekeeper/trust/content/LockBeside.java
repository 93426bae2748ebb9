package dev.gatekeeper.trust.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.allowlist.read.LockReader;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The lock beside a list. It may be read while the list is, and the signatures by which both count:
 * an agent waits for all of them. Nothing is done with what was read before it counts.
 */
public final class LockBeside {
  /** The name of the file. */
  public static final String NAME = "allowlist.lock.json";

  /** 32 MiB: whole definitions of some thousand tools. */
  public static final int MAX_BYTES = 32 << 20;

  /** Bytes of a lock that is read before it is known to count: as many as a list has. */
  private static final int MAX_AHEAD = JsonReader.MAX_BYTES;

  private final byte[] bytes;
  private final String text;
  private final FutureTask<Lock> read;

  /**
   * Not looked into before somebody asks.
   *
   * @param text strict UTF-8
   */
  public LockBeside(String text) {
    this(text, text.getBytes(UTF_8));
  }

  private LockBeside(String text, byte[] bytes) {
    this.text = text;
    this.bytes = bytes;
    this.read = new FutureTask<>(() -> read(text));
  }

  /**
   * That of a file; looked into from now on.
   *
   * @throws JsonException where it is no strict UTF-8
   */
  public static LockBeside of(Path file) throws IOException, JsonException {
    byte[] bytes = DurableFile.readBounded(file, MAX_BYTES);
    LockBeside lock = new LockBeside(JsonReader.decode(bytes, MAX_BYTES), bytes);
    if (bytes.length <= MAX_AHEAD) {
      Thread.ofPlatform().daemon().name("gatekeeper-lock-text").start(lock.read);
    }
    return lock;
  }

  /** {@code sha256:} and the hexadecimal SHA-256 of its bytes. */
  public String digest() {
    return Digest.sha256(bytes);
  }

  /** As they were read. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** As it was read; strict UTF-8. */
  public String text() {
    return text;
  }

  /** What the servers are locked with; a lock that cannot be read locks nothing. */
  public Lock lock() {
    read.run(); // where nobody has begun
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return read.get();
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

  private static Lock read(String text) {
    try {
      return LockReader.readTrusted(text, NAME);
    } catch (AllowListException e) {
      return Lock.EMPTY; // trusted by a program with other rules: what is not locked is denied
    }
  }
}
