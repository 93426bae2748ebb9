package dev.gatekeeper.wire;

import java.util.Optional;

/** What came in: one line of the peer, judged. None of these ends the stream but {@link End}. */
public sealed interface Incoming {
  /** A message. */
  record Received(Message message) implements Incoming {}

  /**
   * A line over the limit; it was skimmed to its end in constant memory, and is gone.
   *
   * @param id as written, where the line had exactly one top-level id that is a string or an
   *     integer
   * @param request true where a top-level {@code method} was seen, false for an answer
   * @param bytes length of the line, its line end not counted
   */
  record Oversize(Optional<byte[]> id, boolean request, long bytes) implements Incoming {}

  /**
   * A line that tries to be a message and is none.
   *
   * @param why reason without content
   * @param position offset in bytes from the start of the line
   * @param id as in {@link Oversize}
   * @param request as in {@link Oversize}
   */
  record Malformed(String why, int position, Optional<byte[]> id, boolean request)
      implements Incoming {}

  /**
   * A line that does not try to be a message, such as a log line on a server's stdout.
   *
   * @param length of the line in bytes; its content is dropped, since it may hold anything
   */
  record NotJson(int length) implements Incoming {}

  /** The stream ended. Every later read gives this again. */
  record End() implements Incoming {}
}
