package dev.gatekeeper.proxy.question;

import dev.gatekeeper.fleet.AgentSide;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Members;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.wire.FrameQueue;
import dev.gatekeeper.wire.Message.Response;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Our own questions to the person at the client, by elicitations with an empty form, or by a page
 * to open.
 *
 * <p>What answers is whatever speaks for the client: a person at it, a hook of it, a program in its
 * place. Whether it counts is for whoever opens a dialog to say.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation">MCP
 *     2025-11-25, elicitation</a>
 */
public final class Dialogs {
  /** What came of a dialog. */
  public enum Reply {
    ACCEPTED,
    /** Declined or cancelled. */
    REFUSED,
    /** The client did not show it. */
    NONE
  }

  private final Map<Long, Consumer<Reply>> open = new ConcurrentHashMap<>();
  private final AgentSide agent;
  private final FrameQueue outbox;

  public Dialogs(AgentSide agent, FrameQueue outbox) {
    this.agent = agent;
    this.outbox = outbox;
  }

  /**
   * Shows a person a text with nothing to fill in, where the client can do that.
   *
   * @param message of printable lines
   * @param reply told once, on the session's thread, unless the dialog is withdrawn
   * @return by what to withdraw it; empty where there is no dialog
   */
  public OptionalLong open(String message, Consumer<Reply> reply) {
    if (!has("form")) {
      return OptionalLong.empty();
    }
    return open(
        agent.nextNumber(),
        Json.object()
            .put("message", message)
            .object(
                "requestedSchema",
                form -> form.put("type", "object").object("properties", none -> {}))
            .toBytes(),
        reply);
  }

  /**
   * Asks a person to open a page, where the client can do that. Accepted means that the client
   * opens it; when the person is done there, {@link #completed} says so.
   *
   * @param message of printable lines
   * @param reply as in {@link #open}
   */
  public OptionalLong open(String message, URI page, Consumer<Reply> reply) {
    long number = agent.nextNumber();
    return open(
        number,
        Json.object()
            .put("mode", "url")
            .put("message", message)
            .put("url", page.toString())
            .put("elicitationId", id(number))
            .toBytes(),
        reply);
  }

  /** The page of a dialog has served. */
  public void completed(long number) {
    outbox.add(
        Answers.notification(
            "notifications/elicitation/complete",
            Json.object().put("elicitationId", id(number)).toBytes()));
  }

  /** No server's: those begin with a name and a colon. */
  private static String id(long number) {
    return "gatekeeper/" + number;
  }

  private OptionalLong open(long number, byte[] params, Consumer<Reply> reply) {
    open.put(number, reply);
    outbox.add(Answers.request(number, "elicitation/create", params));
    return OptionalLong.of(number);
  }

  /** Whether the client can show a person a page. */
  public boolean hasPages() {
    return has("url");
  }

  /** An empty object stands for forms, as before there were other modes. */
  private boolean has(String mode) {
    byte[] capability = agent.hello().capabilities().get("elicitation");
    if (capability == null) {
      return false;
    }
    try {
      Members modes = Slice.of(capability).members();
      return modes.get(mode).isPresent() || (mode.equals("form") && modes.all().isEmpty());
    } catch (MalformedException e) {
      return false;
    }
  }

  /** Takes a dialog back that nobody answered. */
  public void withdraw(long number) {
    if (open.remove(number) != null) {
      outbox.add(
          Answers.cancelled(
              Answers.ascii(Long.toString(number)),
              Optional.of(Answers.ascii("\"the call waits here no longer\""))));
    }
  }

  /** Whether this answers one of our dialogs; then it is told. */
  public boolean answered(Response response) {
    Optional<Consumer<Reply>> reply = Ticket.numberOf(response.id()).map(open::remove);
    reply.ifPresent(told -> told.accept(reply(response)));
    return reply.isPresent();
  }

  /** An answer that cannot be read is none. */
  public boolean unreadable(byte[] id) {
    Optional<Consumer<Reply>> reply = Ticket.numberOf(id).map(open::remove);
    reply.ifPresent(told -> told.accept(Reply.NONE));
    return reply.isPresent();
  }

  private static Reply reply(Response response) {
    try {
      Optional<Slice> result = response.result().filter(Slice::isObject);
      if (result.isEmpty()) {
        return Reply.NONE;
      }
      String action =
          result
              .get()
              .members()
              .get("action")
              .filter(Slice::isString)
              .map(Slice::string)
              .orElse("");
      return switch (action) {
        case "accept" -> Reply.ACCEPTED;
        case "decline", "cancel" -> Reply.REFUSED;
        default -> Reply.NONE;
      };
    } catch (MalformedException e) {
      return Reply.NONE;
    }
  }
}
