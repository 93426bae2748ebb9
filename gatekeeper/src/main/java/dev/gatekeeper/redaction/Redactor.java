package dev.gatekeeper.redaction;

import dev.gatekeeper.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps values that were handed out from coming back: knows each of them in the forms of {@link
 * Forms}, finds these in what a text says and in what it means ({@link Layers}), and puts {@code
 * [secret:name]} in their place.
 *
 * <p>Guaranteed: a value that {@link #watch} took is masked in everything whose masking starts
 * after {@code watch} returned. Where nothing matches nothing is changed or copied. A value that is
 * spread over several strings is not found.
 *
 * <p>Safe for any number of threads. Values lie on the heap until {@link #close}, which overwrites
 * them; masking after that is a bug and throws, so that nothing passes unmasked.
 */
public final class Redactor implements AutoCloseable {
  /**
   * Shortest value in bytes that is watched. Eight characters of 64 are 48 bits: less turns up in
   * ordinary text by chance, so that masking would damage results and point out what was masked.
   */
  public static final int MIN_LENGTH = 8;

  /** Fewest different bytes: {@code 00000000} and {@code --------} are in any text. */
  public static final int MIN_DISTINCT = 4;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  /** Form to label. Guarded by the write lock. */
  private final TreeMap<byte[], String> forms = new TreeMap<>(Arrays::compareUnsigned);

  private volatile Index index = Index.EMPTY;

  /**
   * Set where forms were added after the index was built: built once for a launch, not per value.
   */
  private volatile boolean stale;

  private volatile boolean closed;

  public Redactor() {}

  /**
   * Watches a value, which is copied, until this object is closed. Watching it again changes
   * nothing; the same value under two references keeps the first.
   *
   * @param reference label, such as {@code secret:github/token}
   * @return false where the value is too weak to be recognised, being shorter than {@link
   *     #MIN_LENGTH} or having fewer than {@link #MIN_DISTINCT} different bytes: the caller refuses
   */
  public boolean watch(String reference, byte[] value) {
    if (!isRecognisable(value)) {
      return false;
    }
    lock.writeLock().lock();
    try {
      ensureOpen();
      for (byte[] form : Forms.of(value)) {
        if (forms.putIfAbsent(form, reference) != null) {
          Arrays.fill(form, (byte) 0);
        }
      }
      stale = true;
    } finally {
      lock.writeLock().unlock();
    }
    return true;
  }

  /** Whether a value is strong enough to be watched. */
  public static boolean isRecognisable(byte[] value) {
    return value.length >= MIN_LENGTH && distinct(value, 0, value.length) >= MIN_DISTINCT;
  }

  static int distinct(byte[] bytes, int from, int to) {
    long[] seen = new long[4];
    int count = 0;
    for (int i = from; i < to; i++) {
      int b = bytes[i] & 0xff;
      if ((seen[b >> 6] >>> b & 1) == 0) {
        seen[b >> 6] |= 1L << b;
        count++;
      }
    }
    return count;
  }

  /** Whether nothing is watched. */
  public boolean isEmpty() {
    return index.isEmpty() && !stale;
  }

  /** Masks one JSON message. Empty where nothing matched: the caller sends the original bytes. */
  public Optional<Redacted> message(Slice json) {
    Index current = enter();
    try {
      return current.isEmpty() ? Optional.empty() : new JsonMask(current, json).mask();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Masks plain text, such as a line of stderr, and the JSON that it may hold. The same array where
   * nothing matched.
   */
  public byte[] text(byte[] line) {
    Index current = enter();
    try {
      List<Span> spans = new Layers(current).text(line, 0, line.length);
      if (spans.isEmpty()) {
        return line;
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream(line.length + 64);
      int from = 0;
      for (Span span : spans) {
        out.write(line, from, span.start() - from);
        out.writeBytes(span.label().getBytes(StandardCharsets.UTF_8));
        from = span.end();
      }
      out.write(line, from, line.length - from);
      return out.toByteArray();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * A stream that masks what is written to it, across the borders of writes. Held back is only what
   * may be the start of a value, until more comes, a short silence, or {@link OutputStream#close};
   * not {@link OutputStream#flush}, which comes between two halves of a value as well. What is
   * encoded twice is found in the rest of a write only.
   */
  public OutputStream masking(OutputStream out) {
    return new MaskingStream(this, out, MaskingStream.IDLE);
  }

  /**
   * Takes the read lock, under which nothing is wiped, and gives an index of all that is watched.
   */
  Index enter() {
    if (stale) {
      lock.writeLock().lock();
      try {
        if (stale && !closed) {
          index = new Index(List.copyOf(forms.keySet()), List.copyOf(forms.values()));
          stale = false;
        }
      } finally {
        lock.writeLock().unlock();
      }
    }
    lock.readLock().lock();
    if (closed) {
      lock.readLock().unlock();
      ensureOpen();
    }
    return index;
  }

  void leave() {
    lock.readLock().unlock();
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the redactor is closed");
    }
  }

  /** Overwrites every value. Waits for maskings under way. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      index.wipe();
      forms.keySet().forEach(form -> Arrays.fill(form, (byte) 0));
      forms.clear();
      index = Index.EMPTY;
      stale = false;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
