package dev.gatekeeper.wire;

import dev.gatekeeper.json.Slice;
import java.util.List;
import java.util.Optional;

/** What came in: one line of the peer, judged. None of these ends the stream but {@link End}. */
public sealed interface Incoming {
  /**
   * What it is under a revision of MCP: a batch is taken apart or refused, all else is as it was.
   *
   * @param revision in force between both sides; empty before one is
   */
  default List<Incoming> under(String revision) {
    return List.of(this);
  }

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
   * @param position offset in bytes from the start of the line, or of the message in a batch
   * @param id as in {@link Oversize}
   * @param request as in {@link Oversize}
   * @param json whether it is JSON, though no message
   */
  record Malformed(String why, int position, Optional<byte[]> id, boolean request, boolean json)
      implements Incoming {}

  /**
   * A JSON array, where one message is to stand.
   *
   * @see <a href="https://modelcontextprotocol.io/specification/2025-03-26/basic#batching">MCP
   *     2025-03-26, batching</a>
   */
  record Batch(Slice whole, WireLimits limits) implements Incoming {
    /** The one revision that has batches: to be taken by everybody, and sent by nobody who must. */
    private static final String REVISION = "2025-03-26";

    /**
     * Messages of one batch: what may be in flight. An element takes two bytes, an answer eighty.
     */
    static final int MOST = 4_096;

    /** Its messages, each judged by itself, or the one fault for which all of it is refused. */
    @Override
    public List<Incoming> under(String revision) {
      return revision.equals(REVISION)
          ? Frame.apart(whole, limits)
          : List.of(refused("a batch; send each message by itself"));
    }

    static Malformed refused(String why) {
      return new Malformed(why, 0, Optional.empty(), false, true);
    }
  }

  /**
   * A line that does not try to be a message, such as a log line on a server's stdout.
   *
   * @param length of the line in bytes; its content is dropped, since it may hold anything
   * @param json whether it is JSON all the same: a number, say
   */
  record NotJson(int length, boolean json) implements Incoming {}

  /** The stream ended. Every later read gives this again. */
  record End() implements Incoming {}
}
