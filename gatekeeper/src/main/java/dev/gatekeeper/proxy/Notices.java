package dev.gatekeeper.proxy;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.catalog.Item;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.fleet.Call;
import dev.gatekeeper.fleet.Link;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.json.Splice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Elicitations;
import dev.gatekeeper.mcp.Params;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.redaction.Redacted;
import dev.gatekeeper.wire.FrameQueue;
import dev.gatekeeper.wire.Message.Notification;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Notifications on their way from servers to the agent.
 *
 * <p>What belongs to a request goes with that request's mapping; a changed list is read again
 * before the agent hears of it, bursts of changes become one notification; what no rule allows is
 * dropped.
 */
final class Notices {
  /** Milliseconds in which changes are gathered: well below what a person notices. */
  static final long GATHER_MILLIS = 50;

  private final Surroundings world;
  private final Session session;
  private final FrameQueue outbox;
  private final Set<String> gathered = new HashSet<>();

  Notices(Surroundings world, Session session, FrameQueue outbox) {
    this.world = world;
    this.session = session;
    this.outbox = outbox;
  }

  void fromServer(Link link, Notification notification) {
    try {
      route(link, notification);
    } catch (MalformedException e) {
      world.say("server " + link.backend().name() + " sent a malformed notification");
    }
  }

  private void route(Link link, Notification notification) throws MalformedException {
    switch (notification.method()) {
      case "notifications/progress" -> progress(link, notification);
      case "notifications/message" -> pass(link, notification.method(), notification.whole());
      case "notifications/cancelled" -> {
        Optional<Slice> id = Params.member(notification.params(), "requestId");
        Optional<byte[]> reason =
            Params.string(notification.params(), "reason").map(Slice::toBytes);
        id.ifPresent(slice -> session.questions().cancelledByServer(link, slice, reason));
      }
      case "notifications/tools/list_changed" -> link.listChanged(Kind.TOOL);
      case "notifications/prompts/list_changed" -> link.listChanged(Kind.PROMPT);
      case "notifications/resources/list_changed" -> {
        link.listChanged(Kind.RESOURCE);
        link.listChanged(Kind.TEMPLATE);
      }
      case "notifications/resources/updated" -> updated(link, notification);
      default -> {
        String method = notification.method();
        Subject subject =
            method.equals("notifications/elicitation/complete")
                ? new Subject.ServerRequest(link.backend().name(), "elicitation/create")
                : new Subject.UnknownMethod(link.backend().name(), method);
        if (world.decide(subject) instanceof Decision.Allowed) {
          Splice splice = Splice.of(notification.whole());
          if (method.equals("notifications/elicitation/complete")) {
            Elicitations.publish(splice, notification.params(), link.backend().name());
          }
          pass(link, method, splice.toSlice());
        }
      }
    }
  }

  private void progress(Link link, Notification notification) throws MalformedException {
    Optional<Slice> token = Params.member(notification.params(), "progressToken");
    Optional<Call> call = token.flatMap(Ticket::numberOf).flatMap(link::callOf);
    if (call.isEmpty()) {
      return; // of a request that was answered or cancelled, or never made
    }
    link.progressed(call.get());
    if (call.get().progressToken().isPresent()) {
      byte[] frame =
          Splice.of(notification.whole())
              .replace(token.orElseThrow(), call.get().progressToken().get())
              .toBytes();
      pass(link, notification.method(), Slice.of(frame));
    }
  }

  /** Of a resource that is another server's there is nothing to tell. */
  private void updated(Link link, Notification notification) throws MalformedException {
    Optional<String> uri = Params.string(notification.params(), "uri").map(Slice::string);
    String server = link.backend().name();
    boolean passes =
        uri.isPresent()
            && world.catalog().ownerOf(uri.get()).map(Item::server).orElse(server).equals(server)
            && world.shows(new Subject.ResourceRead(server, uri.get()));
    if (passes) {
      pass(link, notification.method(), notification.whole());
    }
  }

  private void pass(Link link, String method, Slice whole) {
    Optional<Redacted> redacted =
        link.backend().terms().redacts() ? world.redactor().message(whole) : Optional.empty();
    redacted.ifPresent(masked -> world.maskings().noted(link.backend().name(), method, masked));
    if (!redacted.map(Redacted::merges).orElse(false)) {
      outbox.offer(redacted.map(Redacted::json).orElse(whole).toBytes());
    }
  }

  /** The merged list of a kind has changed. */
  void listChanged(Kind kind) {
    synchronized (gathered) {
      if (!gathered.add(kind.changed()) || gathered.size() > 1) {
        return;
      }
    }
    world.later(GATHER_MILLIS, this::announce);
  }

  private void announce() {
    Set<String> changed;
    synchronized (gathered) {
      changed = Set.copyOf(gathered);
      gathered.clear();
    }
    changed.forEach(method -> outbox.offer(Answers.notification(method)));
  }
}
