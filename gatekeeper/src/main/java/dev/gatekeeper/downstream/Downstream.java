package dev.gatekeeper.downstream;

import java.time.Duration;

/**
 * A server that runs for us: a process of ours, or a session with one elsewhere. Thread-safe; no
 * method but {@link #stop} waits.
 */
public interface Downstream {
  /**
   * Queues a frame behind the others. False where the queue is full or the server is ending: then
   * the frame will never be sent.
   */
  boolean offer(byte[] frame);

  /**
   * As {@link #offer}, but ahead of the others: for cancellations and pings. What a cancellation
   * cancels may itself still be queued: try {@link #withdraw} before.
   */
  boolean offerFirst(byte[] frame);

  /** Takes a frame back that was offered, this very array. True: not a byte of it was sent. */
  boolean withdraw(byte[] frame);

  /**
   * Nobody waits any more for the answer to the request with this id, as it was written; the server
   * is not told.
   */
  void forget(byte[] id);

  /**
   * Ends it. Returns when it is gone and the listener was told, or soon after {@code grace}; at
   * once when called by the listener. Does nothing when the end has begun, but waits for it.
   */
  void stop(Duration grace);

  /** Which one it is, for the log and the status: "pid 4711", "https://mcp.example.com". */
  String describe();
}
