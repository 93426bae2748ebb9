package dev.gatekeeper.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import dev.gatekeeper.mcp.Params;
import dev.gatekeeper.redaction.Redacted;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.Message;
import java.util.Optional;

/**
 * Keeps what a server calls our session from the agent, whose shell could speak in that session by
 * itself: there are servers to which the name is as good as the credentials that it began with.
 *
 * <p>In what this server says, and nowhere else: it chose the name, and a hostile one would choose
 * words of other servers' answers.
 */
final class SessionMask implements DownstreamListener {
  private final Redactor redactor = new Redactor();
  private final String reference;
  private final DownstreamListener listener;

  SessionMask(String server, DownstreamListener listener) {
    this.reference = "session:" + server;
    this.listener = listener;
  }

  @Override
  public String revision() {
    return listener.revision();
  }

  @Override
  public void named(String session) {
    boolean _ = redactor.watch(reference, session.getBytes(UTF_8)); // too weak: none to guess
  }

  @Override
  public void received(Incoming frame) {
    listener.received(
        frame instanceof Incoming.Received(Message message) ? masked(message) : frame);
  }

  private Incoming masked(Message message) {
    try {
      Optional<Redacted> redacted = redactor.message(message.whole());
      return new Incoming.Received(
          redacted.isEmpty()
              ? message
              : withItsId(message, Message.of(redacted.get().json().toBytes())));
    } catch (MalformedException e) { // two members are the name in two forms
      return unreadable(message, e.why(), e.position());
    } catch (RuntimeException e) { // what cannot be searched does not pass, and is waited for
      return unreadable(message, "it cannot be searched for the name of the session", 0);
    }
  }

  private static Incoming unreadable(Message message, String why, int position) {
    Optional<byte[]> id =
        message instanceof Message.Response response
            ? Optional.of(response.id().toBytes())
            : Optional.empty();
    return new Incoming.Malformed(why, position, id, false, true);
  }

  /**
   * There are servers that begin the ids of their requests with the name. An id goes back to them
   * and nowhere else: the agent is given a number of ours.
   */
  private static Message withItsId(Message said, Message masked) throws MalformedException {
    Optional<Slice> own = id(said);
    Optional<Slice> other = id(masked);
    return own.isEmpty() || other.isEmpty()
        ? masked
        : Message.of(Splice.of(masked.whole()).replace(other.get(), own.get().toBytes()).toBytes());
  }

  /** By which a server knows its own request, where the message has one. */
  private static Optional<Slice> id(Message message) throws MalformedException {
    if (message instanceof Message.Request request) {
      return Optional.of(request.id());
    }
    return message instanceof Message.Notification notification
            && notification.method().equals("notifications/cancelled")
        ? Params.member(notification.params(), "requestId")
        : Optional.empty();
  }

  @Override
  public void unanswered(byte[] id, Loss loss, String text) {
    listener.unanswered(id, loss, new String(redactor.text(text.getBytes(UTF_8)), UTF_8));
  }

  @Override
  public void log(byte[] line) {
    listener.log(redactor.text(line));
  }

  @Override
  public void ending(String why) {
    listener.ending(why);
  }

  @Override
  public void ended(Ended how) {
    try {
      listener.ended(how);
    } finally {
      redactor.close();
    }
  }
}
