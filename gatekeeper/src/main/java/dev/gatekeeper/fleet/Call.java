package dev.gatekeeper.fleet;

import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Slice;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A request of the agent that goes to a server.
 *
 * <p>The frame that the server will get is made at once, from the agent's bytes: id, name and
 * progress token are replaced, nothing else. Towards the server the call's number is both its id
 * and its progress token.
 */
public final class Call extends Ticket {
  private final Target target;
  private final String method;
  private final long number;
  private volatile byte[] frame;
  private final AtomicReference<@Nullable Launch> secrets = new AtomicReference<>();
  private final Optional<byte[]> progressToken;
  private final Optional<String> toolUse;
  private final AtomicBoolean outcome = new AtomicBoolean();
  private volatile long intent = -1;
  private volatile long sentAt;
  private boolean repeated;
  private volatile @Nullable Future<?> timeout;

  public Call(
      Request request,
      Target target,
      long number,
      byte[] frame,
      Optional<Slice> progressToken,
      Optional<String> toolUse) {
    super(request.id());
    this.target = target;
    this.method = request.method();
    this.number = number;
    this.frame = frame;
    this.progressToken = progressToken.map(Slice::toBytes);
    this.toolUse = toolUse;
  }

  /**
   * Where a call goes.
   *
   * @param server the server's name
   * @param kind what is used
   * @param name the server's own name of it, or the URI
   * @param publicName what the agent calls it
   */
  public record Target(String server, Kind kind, String name, String publicName) {}

  public Target target() {
    return target;
  }

  public String method() {
    return method;
  }

  public boolean isToolCall() {
    return method.equals("tools/call");
  }

  /** Our id and progress token towards the server; unique in the session. */
  public long number() {
    return number;
  }

  public byte[] frame() {
    return frame;
  }

  /** From now on another frame is sent, with values in it that {@code granted} grants. */
  synchronized void fill(byte[] filled, Launch granted) {
    frame = filled;
    secrets.set(granted);
    repeated = true;
  }

  /** True once, for a call without secrets: it goes to a server a second time. */
  public synchronized boolean takeRepeat() {
    boolean first = !repeated;
    repeated = true;
    return first;
  }

  /** The grants of the values in the frame, once: for whoever ends them. */
  Optional<Launch> takeSecrets() {
    return Optional.ofNullable(secrets.getAndSet(null));
  }

  /** The call has ended: where it never reached a process, nor did its values. */
  public void release() {
    takeSecrets().ifPresent(Launch::close);
  }

  /** The agent's own progress token as written, where it asked for progress. */
  public Optional<byte[]> progressToken() {
    return progressToken;
  }

  /** The client's own id of the use of a tool: joins our records with its hooks and transcript. */
  public Optional<String> toolUse() {
    return toolUse;
  }

  /** The number of the intent in the audit log; -1 until it is durable. */
  public long intent() {
    return intent;
  }

  public void recorded(long n) {
    intent = n;
  }

  /** True once: for the one that writes the outcome, whichever of two threads comes first. */
  public boolean takeOutcome() {
    return outcome.compareAndSet(false, true);
  }

  public void sent(long nanos) {
    sentAt = nanos;
  }

  /** When it went to the server, in {@link System#nanoTime} terms; 0 where it never did. */
  public long sentAt() {
    return sentAt;
  }

  /** Sets the running timeout and cancels the one before. */
  public void timeout(@Nullable Future<?> next) {
    Future<?> before = timeout;
    timeout = next;
    if (before != null) {
      before.cancel(false);
    }
  }
}
