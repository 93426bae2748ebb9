package dev.gatekeeper.proxy;

import dev.gatekeeper.fleet.Answers;
import dev.gatekeeper.fleet.Ticket;
import dev.gatekeeper.trust.approval.AskedCall;
import dev.gatekeeper.wire.FrameQueue;
import dev.gatekeeper.wire.Json;
import dev.gatekeeper.wire.MalformedException;
import dev.gatekeeper.wire.Members;
import dev.gatekeeper.wire.Message.Response;
import dev.gatekeeper.wire.Printable;
import dev.gatekeeper.wire.Slice;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Our own questions to the person at the client, by elicitations with an empty form.
 *
 * <p>What answers is whatever speaks for the client: a person at it, a hook of it, a program in its
 * place. Whether it counts is for {@link Standing#dialogApproves()} to say.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation">MCP
 *     2025-11-25, elicitation</a>
 */
final class Dialogs {
  /** Characters of arguments that a dialog shows: a screenful. What is longer needs a terminal. */
  private static final int MAX_SHOWN = 4_000;

  /** What came of a dialog. */
  enum Reply {
    ACCEPTED,
    /** Declined or cancelled. */
    REFUSED,
    /** The client did not show it. */
    NONE
  }

  private final Map<Long, Consumer<Reply>> open = new ConcurrentHashMap<>();
  private final Session session;
  private final FrameQueue outbox;

  Dialogs(Session session, FrameQueue outbox) {
    this.session = session;
    this.outbox = outbox;
  }

  /**
   * Puts a call before the person at the client, where the client can do that and all of it fits.
   *
   * @param shown the arguments to be read, managed values masked
   * @param reply told once, on the session's thread, unless the dialog is withdrawn
   * @return by what to withdraw it; empty where there is no dialog
   */
  OptionalLong open(AskedCall call, String shown, Consumer<Reply> reply) {
    if (shown.length() > MAX_SHOWN) {
      return OptionalLong.empty();
    }
    return open(
        "gatekeeper: let the agent call "
            + Printable.of(call.tool())
            + " of server "
            + call.server()
            + ", this once?\n"
            + shown.lines().map(Printable::of).collect(Collectors.joining("\n")),
        reply);
  }

  /**
   * Shows a person a text with nothing to fill in, where the client can do that.
   *
   * @param message of printable lines
   * @return as of the other
   */
  OptionalLong open(String message, Consumer<Reply> reply) {
    if (!hasForms()) {
      return OptionalLong.empty();
    }
    long number = session.nextNumber();
    open.put(number, reply);
    outbox.add(
        Answers.request(
            number,
            "elicitation/create",
            Json.object()
                .put("message", message)
                .object(
                    "requestedSchema",
                    form -> form.put("type", "object").object("properties", none -> {}))
                .toBytes()));
    return OptionalLong.of(number);
  }

  /** An empty object stands for forms, as before there were other modes. */
  private boolean hasForms() {
    byte[] capability = session.hello().capabilities().get("elicitation");
    if (capability == null) {
      return false;
    }
    try {
      Members modes = Slice.of(capability).members();
      return modes.all().isEmpty() || modes.get("form").isPresent();
    } catch (MalformedException e) {
      return false;
    }
  }

  /** Takes a dialog back that nobody answered. */
  void withdraw(long number) {
    if (open.remove(number) != null) {
      outbox.add(
          Answers.cancelled(
              Answers.ascii(Long.toString(number)),
              Optional.of(Answers.ascii("\"the call waits here no longer\""))));
    }
  }

  /** Whether this answers one of our dialogs; then it is told. */
  boolean answered(Response response) {
    Optional<Consumer<Reply>> reply = Ticket.numberOf(response.id()).map(open::remove);
    reply.ifPresent(told -> told.accept(reply(response)));
    return reply.isPresent();
  }

  /** An answer that cannot be read is none. */
  boolean unreadable(byte[] id) {
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
