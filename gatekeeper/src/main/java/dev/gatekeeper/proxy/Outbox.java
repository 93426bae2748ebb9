package dev.gatekeeper.proxy;

import dev.gatekeeper.wire.FrameWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be written to the agent.
 *
 * <p>Guarantees: handing a message in never waits for the agent to read; one thread writes;
 * messages of one lane keep their order, and urgent ones (answers to ping, say) overtake. Answers
 * and requests are kept; notifications are dropped while {@link #MAX_BYTES} wait, since an agent
 * that does not read must not make us grow without bound.
 */
final class Outbox implements AutoCloseable {
  /** Bytes that may wait before notifications are dropped: four of the largest messages. */
  static final long MAX_BYTES = 256L << 20;

  private final FrameWriter writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> urgent = new ArrayDeque<>();
  private final ArrayDeque<byte[]> normal = new ArrayDeque<>();
  private long waiting;
  private long dropped;
  private boolean writing;
  private boolean closed;
  private boolean broken;

  Outbox(FrameWriter writer) {
    this.writer = writer;
    Thread thread = new Thread(this::drain, "gatekeeper-agent-writer");
    thread.setDaemon(true);
    thread.start();
  }

  void send(byte[] frame) {
    put(normal, frame);
  }

  void sendUrgent(byte[] frame) {
    put(urgent, frame);
  }

  void sendNotification(byte[] frame) {
    lock.lock();
    try {
      if (waiting > MAX_BYTES) {
        dropped++;
        return;
      }
    } finally {
      lock.unlock();
    }
    put(normal, frame);
  }

  /** Whether the agent's end was found closed. */
  boolean isBroken() {
    lock.lock();
    try {
      return broken;
    } finally {
      lock.unlock();
    }
  }

  /** How many notifications were dropped because the agent did not read. */
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all that was handed in is written, the agent is gone, or the time is over. */
  void flush(long millis) {
    long left = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lock();
    try {
      while (!broken && left > 0 && (writing || !urgent.isEmpty() || !normal.isEmpty())) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the writer; what still waits is not written. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void put(ArrayDeque<byte[]> lane, byte[] frame) {
    lock.lock();
    try {
      if (!closed && !broken) {
        lane.add(frame);
        waiting += frame.length;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    while (true) {
      byte[] frame;
      lock.lock();
      try {
        writing = false;
        changed.signalAll();
        while (!closed && urgent.isEmpty() && normal.isEmpty()) {
          changed.awaitUninterruptibly();
        }
        if (closed) {
          return;
        }
        frame = urgent.isEmpty() ? normal.remove() : urgent.remove();
        waiting -= frame.length;
        writing = true;
      } finally {
        lock.unlock();
      }
      try {
        writer.write(frame);
      } catch (IOException e) {
        breakOff();
        return;
      }
    }
  }

  /**
   * The agent is gone: nothing that is said reaches it any more. Its end of stdin tells the rest.
   */
  private void breakOff() {
    lock.lock();
    try {
      broken = true;
      urgent.clear();
      normal.clear();
      waiting = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
