package dev.gatekeeper.redaction;

import dev.gatekeeper.json.Slice;
import dev.gatekeeper.redaction.reading.Span;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /** All references to the value of a label. Guarded by the lock. */
  private final Map<String, Set<String>> names = new HashMap<>();

  /** Digests of the values that a reference was watched with, newest last. Guarded by the lock. */
  private final Map<String, List<byte[]>> digests = new HashMap<>();

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
      String first = forms.getOrDefault(value, reference);
      names.computeIfAbsent(first, none -> new HashSet<>()).add(reference);
      for (String name : new HashSet<>(List.of(first, reference))) {
        ValueDigest.add(digests.computeIfAbsent(name, none -> new ArrayList<>()), value);
      }
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

  /**
   * Digests of the values that a reference was watched with, newest last: {@link ValueDigest}. Not
   * to be written down as they are: a weak value is guessed by its digest.
   */
  public List<byte[]> digests(String reference) {
    lock.readLock().lock();
    try {
      return digests.getOrDefault(reference, List.of()).stream().map(byte[]::clone).toList();
    } finally {
      lock.readLock().unlock();
    }
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
   * Whether a message carries a value that its receiver is not given: the value's reference. A
   * value that is known under several references may go to who is given any of them.
   *
   * @param given references that the receiver is given
   */
  public Optional<String> foreign(Slice json, Set<String> given) {
    Index current = enter();
    try {
      if (current.isEmpty()) {
        return Optional.empty();
      }
      return new JsonMask(current, json)
          .references().stream()
              .filter(found -> Collections.disjoint(names.getOrDefault(found, Set.of()), given))
              .findFirst();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Kinds of credentials that a message seems to hold by the prefixes of their providers, such as
   * {@code GitHub token}. For a remark: nobody says that they are any.
   */
  public Set<String> suspected(Slice json) {
    return Tokens.in(json.array(), json.start(), json.end());
  }

  /**
   * Masks plain text, such as a line of stderr, and the JSON that it may hold. The same array where
   * nothing matched.
   */
  public byte[] text(byte[] line) {
    return text(line, Findings.NONE);
  }

  /** The same; {@code findings} hears of what was masked. */
  public byte[] text(byte[] line, Findings findings) {
    Index current = enter();
    List<Span> spans;
    try {
      spans = new Layers(current).text(line, 0, line.length);
    } finally {
      lock.readLock().unlock();
    }
    if (spans.isEmpty()) {
      return line;
    }
    for (Span span : spans) {
      findings.masked(1, span.references());
    }
    return Span.masked(line, spans);
  }

  /**
   * A stream that masks what is written to it, across the borders of writes. Held back is only what
   * may be the start of a value, until more comes, a short silence, or {@link OutputStream#close};
   * not {@link OutputStream#flush}, which comes between two halves of a value as well. What is
   * encoded twice is found in the rest of a write only.
   *
   * @param findings hears of what was masked, from the threads that write
   */
  public OutputStream masking(OutputStream out, Findings findings) {
    return new MaskingStream(this, out, findings, MaskingStream.IDLE);
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
      digests.values().forEach(all -> all.forEach(one -> Arrays.fill(one, (byte) 0)));
      digests.clear();
      index = Index.EMPTY;
      stale = false;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
