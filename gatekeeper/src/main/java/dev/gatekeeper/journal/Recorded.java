package dev.gatekeeper.journal;

import dev.gatekeeper.allowlist.ArgumentsKept;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.wire.Message.Request;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request of the agent that is written into the log: what was decided before it takes effect, and
 * how it ended.
 *
 * <p>Guarantee: {@link #takeOutcome} is true for exactly one caller.
 */
public class Recorded extends Ticket {
  private final Target target;
  private final String method;
  private final Optional<String> toolUse;
  private final AtomicBoolean outcome = new AtomicBoolean();
  private volatile Optional<String> definition = Optional.empty();
  private volatile ArgumentsKept.Kept kept = ArgumentsKept.Kept.REDACTED;
  private volatile long intent = -1;
  private volatile long sentAt;

  protected Recorded(Request request, Target target, Optional<String> toolUse) {
    super(request.id());
    this.target = target;
    this.method = request.method();
    this.toolUse = toolUse;
  }

  /**
   * What a request is for.
   *
   * @param server the server's name
   * @param kind what is used
   * @param name the server's own name of it, or the URI
   * @param publicName what the agent calls it
   */
  public record Target(String server, Kind kind, String name, String publicName) {}

  public final Target target() {
    return target;
  }

  public final String method() {
    return method;
  }

  public final boolean isToolCall() {
    return method.equals("tools/call");
  }

  /** The client's own id of the use of a tool: joins our records with its hooks and transcript. */
  public final Optional<String> toolUse() {
    return toolUse;
  }

  /**
   * What a person reviewed of it.
   *
   * @param definition digest of the definition, where there is one
   * @param kept what is kept of its arguments beside the log
   */
  public final void reviewed(Optional<String> definition, ArgumentsKept.Kept kept) {
    this.definition = definition;
    this.kept = kept;
  }

  final Optional<String> definition() {
    return definition;
  }

  final ArgumentsKept.Kept kept() {
    return kept;
  }

  /** The number of the intent in the audit log; -1 until it is durable. */
  public final long intent() {
    return intent;
  }

  public final void recorded(long n) {
    intent = n;
  }

  /** True once: for the one that writes the outcome, whichever of two threads comes first. */
  final boolean takeOutcome() {
    return outcome.compareAndSet(false, true);
  }

  public final void sent(long nanos) {
    sentAt = nanos;
  }

  /** When it went to the server, in {@link System#nanoTime} terms; 0 where it never did. */
  final long sentAt() {
    return sentAt;
  }
}
