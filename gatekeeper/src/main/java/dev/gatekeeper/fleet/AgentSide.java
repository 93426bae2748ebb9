package dev.gatekeeper.fleet;

import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.mcp.Handshake;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Message.Response;
import java.util.Optional;

/**
 * The agent's side of a session, as the servers' side needs it. The arrow goes down: the session
 * knows the fleet, the fleet knows this.
 *
 * <p>Called from the threads of servers, of the log and of the timer; nothing here may wait.
 */
public interface AgentSide {
  /** What the agent said at {@code initialize}. */
  Handshake.ClientHello hello();

  /** A number that this session has not used: our ids and progress tokens, both ways. */
  long nextNumber();

  /** The log level that the agent set, as a JSON string. */
  Optional<byte[]> logLevel();

  /** A server answered a call. */
  void answered(Call call, Response response, Backend backend);

  /** A call that was recorded gets no answer from its server; {@code text} says why. */
  void failed(Call call, Journal.Outcome outcome, String text);

  /**
   * As {@link #failed}, of a call that was not carried out: it can go {@linkplain Backend#again
   * again} once a person has logged in.
   */
  default void needsLogin(Call call, Backend backend, String text) {
    failed(call, Journal.Outcome.UNAVAILABLE, text);
  }

  /** A call goes on later: the agent may show why, and give it more time. */
  void waits(Call call, String why);

  /** A call that the rules allow names something that the running server does not offer. */
  void notOffered(Call call);

  /** A server asks something of the agent. */
  void asked(Link link, Request request);

  /** Whether something that this process asked of the agent has no answer yet. */
  boolean isAskedBy(Link link);

  /** A server notifies. */
  void notified(Link link, Notification notification);

  /** A server's process has ended: what it asked of the agent is moot. */
  void gone(Link link);

  /** The merged list of a kind has changed. */
  void listChanged(Kind kind);
}
