package dev.gatekeeper.wire;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Frames on their way to one peer, which may stop reading. Thread-safe.
 *
 * <p>Guarantees: handing a frame in never waits for the peer; one thread, that of {@link #drain},
 * writes what cannot be written at once; ordinary frames keep their order, and urgent ones overtake
 * those that wait. Waiting frames are bounded in number and in bytes, except for those that {@link
 * #add} may not refuse.
 */
public final class FrameQueue implements AutoCloseable {
  /** Kept free for frames that overtake: a full queue is when cancellations matter. */
  private static final int URGENT_FRAMES = 1024;

  private final FrameWriter writer;
  private final int maxFrames;
  private final long maxBytes;
  private final Deque<byte[]> urgent = new ArrayDeque<>();
  private final Deque<byte[]> ordinary = new ArrayDeque<>();
  private long bytes;
  private boolean writing;
  private boolean closed;
  private boolean broken;

  /**
   * @param writer to which nobody else writes
   * @param maxFrames how many may wait, urgent ones apart
   * @param maxBytes how many bytes of them
   */
  public FrameQueue(FrameWriter writer, int maxFrames, long maxBytes) {
    this.writer = writer;
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
  }

  /** Sends a frame; false where the queue is full or closed: then it will never be sent. */
  public synchronized boolean offer(byte[] frame) {
    if (ordinary.size() >= maxFrames || bytes + frame.length > maxBytes) {
      return false;
    }
    return add(frame);
  }

  /** As {@link #offer}, but never full: for answers, of which there are as many as requests. */
  public synchronized boolean add(byte[] frame) {
    return put(ordinary, frame);
  }

  /** As {@link #offer}, but ahead of all ordinary frames, behind the other urgent ones. */
  public synchronized boolean offerUrgent(byte[] frame) {
    return urgent.size() < URGENT_FRAMES && put(urgent, frame);
  }

  /** As {@link #add}, ahead of the ordinary frames where few urgent ones wait. */
  public synchronized boolean addUrgent(byte[] frame) {
    return put(urgent.size() < URGENT_FRAMES ? urgent : ordinary, frame);
  }

  private boolean put(Deque<byte[]> lane, byte[] frame) {
    if (closed) {
      return false;
    }
    // Waking the writing thread takes longer than writing a small frame.
    if (writing || !urgent.isEmpty() || !ordinary.isEmpty() || !writer.tryWrite(frame)) {
      lane.addLast(frame);
      bytes += frame.length;
      notifyAll();
    }
    return true;
  }

  /** Takes this very array back; true: not a byte of it was sent. */
  @SuppressWarnings("ReferenceEquality") // Two equal frames are still two requests.
  public synchronized boolean withdraw(byte[] frame) {
    for (Iterator<byte[]> all = ordinary.iterator(); all.hasNext(); ) {
      if (all.next() == frame) {
        all.remove();
        bytes -= frame.length;
        return true;
      }
    }
    return false;
  }

  /**
   * Writes what waits, until the queue is closed: the body of the writing thread.
   *
   * @throws IOException when the peer has closed its end; the queue is closed then
   */
  public void drain() throws IOException, InterruptedException {
    try {
      for (Optional<byte[]> frame = take(); frame.isPresent(); frame = take()) {
        writer.write(frame.get());
      }
    } catch (IOException e) {
      breakOff();
      throw e;
    }
  }

  /** Waits for a frame; empty once the queue was closed. */
  synchronized Optional<byte[]> take() throws InterruptedException {
    writing = false;
    notifyAll();
    while (!closed && urgent.isEmpty() && ordinary.isEmpty()) {
      wait();
    }
    if (closed) {
      return Optional.empty();
    }
    byte[] frame = urgent.isEmpty() ? ordinary.removeFirst() : urgent.removeFirst();
    bytes -= frame.length;
    writing = true;
    return Optional.of(frame);
  }

  private synchronized void breakOff() {
    broken = true;
    close();
  }

  /** Whether the peer's end was found closed. */
  public synchronized boolean isBroken() {
    return broken;
  }

  /** Waits until all that was handed in is written, the queue is closed, or the time is over. */
  public synchronized void flush(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      while (!closed && (writing || !urgent.isEmpty() || !ordinary.isEmpty())) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Forgets what waits; nothing can be handed in any more, and {@link #drain} ends. */
  @Override
  public synchronized void close() {
    closed = true;
    urgent.clear();
    ordinary.clear();
    bytes = 0;
    notifyAll();
  }
}
