package dev.gatekeeper.downstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * Frames on their way to one server, bounded in number and in bytes, because a server may stop
 * reading. Offers never wait; {@link #take} does. Thread-safe.
 */
final class SendQueue {
  /** A thousand requests in flight and their cancellations fit. */
  static final int FRAMES = 4096;

  /** Two messages of the largest size fit. */
  static final long BYTES = 128L << 20;

  /** Kept free for frames that overtake: a full queue is when cancellations matter. */
  private static final int URGENT_FRAMES = 1024;

  private final Deque<byte[]> urgent = new ArrayDeque<>();
  private final Deque<byte[]> ordinary = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  synchronized boolean offer(byte[] frame) {
    if (closed || ordinary.size() >= FRAMES || bytes + frame.length > BYTES) {
      return false;
    }
    ordinary.addLast(frame);
    added(frame);
    return true;
  }

  /** Ahead of all ordinary frames, behind the other urgent ones. */
  synchronized boolean offerUrgent(byte[] frame) {
    if (closed || urgent.size() >= URGENT_FRAMES) {
      return false;
    }
    urgent.addLast(frame);
    added(frame);
    return true;
  }

  private void added(byte[] frame) {
    bytes += frame.length;
    notifyAll();
  }

  /** Takes this very array back, if nobody has taken it yet. */
  @SuppressWarnings("ReferenceEquality") // Two equal frames are still two requests.
  synchronized boolean withdraw(byte[] frame) {
    for (Iterator<byte[]> all = ordinary.iterator(); all.hasNext(); ) {
      if (all.next() == frame) {
        all.remove();
        bytes -= frame.length;
        return true;
      }
    }
    return false;
  }

  /** Waits for a frame; empty once the queue was closed. */
  synchronized Optional<byte[]> take() throws InterruptedException {
    while (!closed && urgent.isEmpty() && ordinary.isEmpty()) {
      wait();
    }
    if (closed) {
      return Optional.empty();
    }
    byte[] frame = urgent.isEmpty() ? ordinary.removeFirst() : urgent.removeFirst();
    bytes -= frame.length;
    return Optional.of(frame);
  }

  /** Forgets what is queued; nothing can be offered any more. */
  synchronized void close() {
    closed = true;
    urgent.clear();
    ordinary.clear();
    bytes = 0;
    notifyAll();
  }
}
