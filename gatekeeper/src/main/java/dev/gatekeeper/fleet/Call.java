package dev.gatekeeper.fleet;

import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.journal.Recorded;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.wire.Message.Request;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A request of the agent that goes to a server.
 *
 * <p>The frame that the server will get is made at once, from the agent's bytes: id, name and
 * progress token are replaced, nothing else. Towards the server the call's number is both its id
 * and its progress token.
 */
public final class Call extends Recorded {
  private final long number;
  private volatile byte[] frame;
  private final AtomicReference<@Nullable Launch> secrets = new AtomicReference<>();
  private final Optional<byte[]> progressToken;
  private boolean repeated;
  private int notices;
  private volatile @Nullable Future<?> timeout;
  private final AtomicReference<Way> way = new AtomicReference<>(Way.OPEN);

  /** Whether a server may have got it; decided once, by whoever comes first. */
  private enum Way {
    OPEN,
    SENT,
    KEPT
  }

  public Call(
      Request request,
      Target target,
      long number,
      byte[] frame,
      Optional<Slice> progressToken,
      Optional<String> toolUse) {
    super(request, target, toolUse);
    this.number = number;
    this.frame = frame;
    this.progressToken = progressToken.map(Slice::toBytes);
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

  /** Whether it may be written to a server; from then on nobody can say that it was not. */
  boolean goes() {
    return way.compareAndSet(Way.OPEN, Way.SENT) || way.get() == Way.SENT;
  }

  /** True once, where no server got it: from then on none does. */
  public boolean staysBehind() {
    return way.compareAndSet(Way.OPEN, Way.KEPT);
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

  /**
   * Progress of which we tell ourselves, where the agent asked for any. It has to increase from one
   * to the next (MCP, progress), and servers begin at zero: ours is below that, and rises.
   */
  public synchronized Optional<byte[]> notice(String text) {
    double progress = -Math.scalb(1.0, -notices++);
    return progressToken.map(token -> Answers.progress(token, progress, text));
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
