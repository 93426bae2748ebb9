package dev.gatekeeper.downstream;

import dev.gatekeeper.wire.Incoming;

/**
 * What a server says. Calls come from threads of that one server; none of them may block for long,
 * because the server's output is not read meanwhile.
 */
public interface DownstreamListener {
  /**
   * One frame of the server, in order, one at a time. Never {@link Incoming.NotJson}, which is set
   * aside and counted, nor {@link Incoming.End}, for which {@link #ended} stands, nor {@link
   * Incoming.Batch}, which comes as what it is {@linkplain Incoming#under under} the revision.
   */
  void received(Incoming frame);

  /** The revision of MCP in force with this server; empty until its {@code initialize} answer. */
  default String revision() {
    return "";
  }

  /**
   * One line for our log: of the server's stderr, without its line end and cut at {@link
   * StdioProcess#LOG_LINE_BYTES}, or a remark of ours on the server. Not redacted, not prefixed.
   */
  void log(byte[] line);

  /**
   * A request will get no answer, though the server is still there. Not called by a process, which
   * answers or ends.
   *
   * @param id as it was written
   * @param text a clause of which the server is the subject
   */
  default void unanswered(byte[] id, Loss loss, String text) {}

  /**
   * The server named its session with us, which is as good as a credential: before anything that
   * came with the name. Not called by a process.
   */
  default void named(String session) {}

  /**
   * It takes nothing more, and {@link #ended} follows once what is under way has its answer or was
   * told. Not called by a process, nor where {@link Downstream#stop} is why.
   *
   * @param why a clause of which the server is the subject
   */
  default void ending(String why) {}

  /** What is known of a request without answer. */
  enum Loss {
    /** It was not processed. */
    WITHOUT_EFFECT,
    /**
     * It was not processed, since the server has forgotten our session; {@link #ending} came
     * before.
     */
    SESSION,
    /** It was not processed, since a person has to log in first. */
    LOGIN,
    /** It may have been processed. */
    UNKNOWN
  }

  /**
   * The server is gone, with every process that it started. Exactly once, and after every other
   * call. Not called where {@link StdioProcess#start} failed, unless it did so because the session
   * ended meanwhile.
   */
  void ended(Ended how);
}
