package dev.gatekeeper.proxy.question;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.audit.Receipt;
import dev.gatekeeper.fleet.AgentSide;
import dev.gatekeeper.fleet.Link;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Elicitations;
import dev.gatekeeper.mcp.Params;
import dev.gatekeeper.mcp.Tasks;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.redaction.Redacted;
import dev.gatekeeper.wire.FrameQueue;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Message.Response;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests that servers make of the agent: roots, sampling, elicitation.
 *
 * <p>The same path as a call, the other way: judged by the entry's {@code serverRequests},
 * recorded, mapped to an id of ours, answered once. {@code ping} is answered here.
 */
public final class Questions {
  /** Requests of servers that may wait for the agent at once; a person answers few. */
  static final int MAX_IN_FLIGHT = 256;

  private final Map<Long, Asked> waiting = new ConcurrentHashMap<>();

  /** Servers whose last request was one too many: that is recorded once, not each. */
  private final Set<String> flooding = ConcurrentHashMap.newKeySet();

  private final Surroundings world;
  private final AgentSide agent;
  private final FrameQueue outbox;

  public Questions(Surroundings world, AgentSide agent, FrameQueue outbox) {
    this.world = world;
    this.agent = agent;
    this.outbox = outbox;
  }

  /** A server asks. */
  public void asked(Link link, Request request) {
    byte[] id = request.id().toBytes();
    if (request.method().equals("ping")) {
      link.offerFirst(Answers.emptyResult(id));
      return;
    }
    String server = link.backend().name();
    if (!link.backend().terms().admitsQuestion()) {
      if (flooding.add(server)) {
        world
            .journal()
            .serverRequestDenied(
                server, request.method(), "too many requests in a minute", receipt -> {});
      }
      refuse(link, id, Answers.INTERNAL_ERROR, "too many requests in a minute");
      return;
    }
    flooding.remove(server);
    Decision decision = world.decide(new Subject.ServerRequest(server, request.method()));
    switch (decision) {
      case Decision.Allowed allowed -> {
        if (!capable(request.method())) {
          refuse(link, id, Answers.METHOD_NOT_FOUND, "the client does not support this request");
        } else {
          ask(link, request, id, allowed);
        }
      }
      case Decision.NeedsApproval ask -> deny(link, id, request.method(), ask.rule());
      case Decision.Denied denied -> deny(link, id, request.method(), denied.rule());
    }
  }

  private boolean capable(String method) {
    return switch (method) {
      case "roots/list" -> agent.hello().has("roots");
      case "sampling/createMessage" -> agent.hello().has("sampling");
      case "elicitation/create" -> agent.hello().has("elicitation");
      default -> true; // named by the entry: between the server and the client
    };
  }

  private void deny(Link link, byte[] id, String method, String rule) {
    world
        .journal()
        .serverRequestDenied(
            link.backend().name(),
            method,
            rule,
            receipt -> refuse(link, id, Answers.METHOD_NOT_FOUND, "Method not found"));
  }

  private static void refuse(Link link, byte[] id, int code, String text) {
    link.offer(Answers.error(Optional.of(id), code, text));
  }

  private void ask(Link link, Request request, byte[] id, Decision.Allowed allowed) {
    String key = Ticket.keyOf(request.id());
    if (waiting.size() >= MAX_IN_FLIGHT) {
      refuse(link, id, Answers.INTERNAL_ERROR, "too many requests wait for the client");
      return;
    }
    if (find(link, key).isPresent()) {
      link.offer(
          Answers.error(
              Optional.empty(), Answers.INVALID_REQUEST, "a request with this id is in flight"));
      return;
    }
    long number = agent.nextNumber();
    byte[] ours = Answers.ascii(Long.toString(number));
    Splice splice = Splice.of(request.whole()).replace(request.id(), ours);
    Optional<Slice> token;
    try {
      token = Params.progressToken(request.params());
      if (request.method().equals("elicitation/create")) {
        Elicitations.publish(splice, request.params(), link.backend().name());
        Tasks.ignore(splice, request.params());
      } else if (request.method().equals("sampling/createMessage")) {
        Tasks.ignore(splice, request.params());
      }
    } catch (MalformedException e) {
      refuse(link, id, Answers.INVALID_PARAMS, "the parameters are malformed");
      return;
    }
    token.ifPresent(slice -> splice.replace(slice, ours));
    Asked asked = new Asked(link, request, number, token);
    byte[] frame = splice.toBytes();
    if (link.backend().terms().redacts()) {
      Optional<Redacted> redacted = masked(frame);
      if (redacted.map(Redacted::merges).orElse(false)) {
        refuse(link, id, Answers.INVALID_PARAMS, "members cannot be told apart");
        return;
      }
      redacted.ifPresent(
          masked -> world.maskings().noted(link.backend().name(), request.method(), masked));
      frame = redacted.map(r -> r.json().toBytes()).orElse(frame);
    }
    byte[] sent = frame;
    waiting.put(number, asked);
    world
        .journal()
        .serverRequest(
            link.backend().name(),
            request.method(),
            allowed,
            receipt -> {
              switch (receipt) {
                case Receipt.Durable durable -> {
                  asked.recorded(durable.n());
                  if (asked.isEnded()) {
                    outcome(asked, Journal.Outcome.CANCELLED, 0);
                  } else {
                    outbox.add(sent);
                  }
                }
                case Receipt.Refused refused -> {
                  if (finish(asked)) {
                    refuse(
                        link,
                        id,
                        Answers.INTERNAL_ERROR,
                        "refused: the audit log cannot record the request: "
                            + refused.fault().text());
                  }
                }
              }
            });
  }

  private Optional<Redacted> masked(byte[] frame) {
    try {
      return world.redactor().message(Slice.of(frame));
    } catch (MalformedException e) {
      throw new AssertionError("a spliced message is a message", e);
    }
  }

  /** The agent answers. */
  public void answered(Response response) {
    Optional<Long> number = Ticket.numberOf(response.id());
    Asked asked = number.map(waiting::get).orElse(null);
    if (asked == null || !finish(asked)) {
      return; // cancelled meanwhile, or never asked: there is nobody to tell
    }
    asked.link().touch();
    Optional<String> foreign =
        world.redactor().foreign(response.whole(), asked.link().backend().terms().given());
    if (foreign.isPresent()) {
      outcome(asked, Journal.Outcome.WITHHELD, 0);
      refuse(
          asked.link(),
          asked.id(),
          Answers.INTERNAL_ERROR,
          "the client's answer carries a secret that this server is not given");
      world.say(
          "an answer to server "
              + asked.link().backend().name()
              + " was kept back: it carries the value of "
              + foreign.get());
      return;
    }
    byte[] frame = Splice.of(response.whole()).replace(response.id(), asked.id()).toBytes();
    if (frame.length > asked.link().backend().terms().maxMessage()) {
      outcome(asked, Journal.Outcome.LIMITED, 0);
      refuse(
          asked.link(),
          asked.id(),
          Answers.INTERNAL_ERROR,
          "the client's answer has " + frame.length + " bytes, over the limit of this server");
      return;
    }
    outcome(
        asked,
        response.result().isPresent() ? Journal.Outcome.OK : Journal.Outcome.ERROR,
        frame.length);
    asked.link().offer(frame);
  }

  /** The agent's answer could not be read: the server is told, so that it does not wait. */
  public void unreadable(byte[] id, String text) {
    Asked asked = Ticket.numberOf(id).map(waiting::get).orElse(null);
    if (asked != null && finish(asked)) {
      outcome(asked, Journal.Outcome.UNREADABLE, 0);
      refuse(asked.link(), asked.id(), Answers.INTERNAL_ERROR, "of the client's answer, " + text);
    }
  }

  /** The server takes its request back. */
  public void cancelledByServer(Link link, Slice requestId, Optional<byte[]> reason) {
    find(link, Ticket.keyOf(requestId))
        .filter(this::finish)
        .ifPresent(
            asked -> {
              if (asked.intent() >= 0) {
                outcome(asked, Journal.Outcome.CANCELLED, 0);
                outbox.add(Answers.cancelled(Answers.ascii(Long.toString(asked.number())), reason));
              }
            });
  }

  public boolean isAskedBy(Link link) {
    return waiting.values().stream().anyMatch(asked -> asked.link() == link);
  }

  /** The agent reports progress on a server's request. */
  public void progress(Notification notification, Slice token) {
    Optional<Asked> asked = Ticket.numberOf(token).map(waiting::get);
    if (asked.isPresent() && asked.get().progressToken().isPresent()) {
      asked
          .get()
          .link()
          .offer(
              Splice.of(notification.whole())
                  .replace(token, asked.get().progressToken().get())
                  .toBytes());
    }
  }

  /** The server is gone: what it asked is taken back from the agent. */
  public void serverEnded(Link link) {
    for (Asked asked : waiting.values()) {
      if (asked.link() == link && finish(asked) && asked.intent() >= 0) {
        outcome(asked, Journal.Outcome.SERVER_ENDED, 0);
        outbox.add(
            Answers.cancelled(
                Answers.ascii(Long.toString(asked.number())),
                Optional.of(Answers.ascii("\"the server has stopped\""))));
      }
    }
  }

  private void outcome(Asked asked, Journal.Outcome outcome, long bytes) {
    if (asked.takeOutcome()) {
      world
          .journal()
          .serverRequestOutcome(
              asked.link().backend().name(), asked.method(), asked.intent(), outcome, bytes);
    }
  }

  private Optional<Asked> find(Link link, String key) {
    return waiting.values().stream()
        .filter(asked -> asked.link() == link && asked.key().equals(key))
        .findFirst();
  }

  private boolean finish(Asked asked) {
    waiting.remove(asked.number());
    return asked.end();
  }
}
