package dev.gatekeeper.proxy.question;

import dev.gatekeeper.fleet.Link;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.wire.Message.Request;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A server's request to the agent, until its one answer: a {@link Ticket} the other way. */
final class Asked extends Ticket {
  private final Link link;
  private final String method;
  private final long number;
  private final Optional<byte[]> progressToken;
  private final AtomicBoolean outcome = new AtomicBoolean();
  private volatile long intent = -1;

  Asked(Link link, Request request, long number, Optional<Slice> progressToken) {
    super(request.id());
    this.link = link;
    this.method = request.method();
    this.number = number;
    this.progressToken = progressToken.map(Slice::toBytes);
  }

  Link link() {
    return link;
  }

  String method() {
    return method;
  }

  /** Our id and progress token towards the agent. */
  long number() {
    return number;
  }

  /** The server's progress token as written. */
  Optional<byte[]> progressToken() {
    return progressToken;
  }

  /** The number of the intent in the audit log; -1 until it is durable. */
  long intent() {
    return intent;
  }

  void recorded(long n) {
    intent = n;
  }

  /** True once: for the one that writes the outcome. */
  boolean takeOutcome() {
    return outcome.compareAndSet(false, true);
  }
}
