package dev.gatekeeper.remote;

import dev.gatekeeper.downstream.Downstream;
import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.DownstreamListener.Loss;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.Answer;
import dev.gatekeeper.http.Bounds;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A session with a server elsewhere (MCP 2025-11-25, Streamable HTTP, and its revisions before).
 *
 * <p>The first message has to be {@code initialize}; what is offered until {@code
 * notifications/initialized} was accepted waits for that. From then on each request has a thread
 * and a connection, {@link #MOST_RUNNING} at once; what wants no answer goes one after the other.
 * It ends when it is stopped, or when the server has forgotten it: then a request that was refused
 * for that is told as {@link Loss#SESSION}, and one that was under way gets its answer or the end.
 */
public final class Conversation implements Downstream {
  /** Requests under way; more wait. */
  static final int MOST_RUNNING = 64;

  static final String FORGOTTEN = "has forgotten our session";

  private static final int QUEUED = 4_096;
  private static final long QUEUED_BYTES = 128L << 20;

  /** For the last word to a server; nobody waits for it longer than a stop may take. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** What is under way when a session is found to be lost learns the same within this time. */
  private static final long LOST_MILLIS = 1_000;

  private final RemoteSpec spec;
  private final Peer peer;
  private final Delivery delivery;
  private final Notes notes;
  private final Listening listening;
  private final long started = System.nanoTime();
  private final Deque<Posting> queue = new ArrayDeque<>();
  private final Set<Posting> running = Collections.newSetFromMap(new IdentityHashMap<>());
  private final CompletableFuture<Ended> gone = new CompletableFuture<>();
  private final Slot farewell = new Slot();
  private long bytes;
  private boolean open;
  private boolean ending;
  private volatile @Nullable OldStream old;

  private Conversation(
      RemoteSpec spec,
      Connector connector,
      Credentials credentials,
      Suspensions suspensions,
      DownstreamListener listener) {
    this.spec = spec;
    this.peer = new Peer(spec, connector, credentials, suspensions);
    this.delivery = new Delivery(listener);
    this.notes = new Notes(this, peer);
    this.listening = new Listening(this, peer);
  }

  /**
   * A conversation in which nothing was said. The server does not hear of it yet.
   *
   * @param connector is closed with it
   */
  public static Conversation begin(
      RemoteSpec spec,
      Connector connector,
      Credentials credentials,
      Suspensions suspensions,
      DownstreamListener listener) {
    Conversation conversation =
        new Conversation(spec, connector, credentials, suspensions, listener);
    conversation.thread("notes", conversation.notes::run);
    return conversation;
  }

  private void thread(String part, Runnable body) {
    Thread.ofPlatform().daemon().name(spec.name() + "-" + part).start(body);
  }

  Delivery delivery() {
    return delivery;
  }

  /** Where messages go. */
  Address target() {
    OldStream stream = old;
    return stream == null ? peer.address() : stream.target();
  }

  /** Whether the answer to a request comes in the answer to its POST. */
  boolean answersHere() {
    return old == null;
  }

  @Override
  public boolean offer(byte[] frame) {
    return take(frame, false);
  }

  @Override
  public boolean offerFirst(byte[] frame) {
    return take(frame, true);
  }

  private boolean take(byte[] frame, boolean ahead) {
    Message message;
    try {
      message = Message.of(frame);
    } catch (MalformedException e) {
      return false;
    }
    if (!(message instanceof Message.Request request)) {
      return notes.add(frame, message, ahead);
    }
    synchronized (this) {
      if (ending || queue.size() >= QUEUED || bytes + frame.length > QUEUED_BYTES) {
        return false;
      }
      Posting posting = new Posting(this, peer, frame, request);
      if (ahead) {
        queue.addFirst(posting);
      } else {
        queue.addLast(posting);
      }
      bytes += frame.length;
      pump();
      return true;
    }
  }

  /** Starts what may start. */
  private void pump() {
    for (Iterator<Posting> all = queue.iterator();
        all.hasNext() && running.size() < MOST_RUNNING; ) {
      Posting next = all.next();
      if (open || next.isFirst()) {
        all.remove();
        bytes -= next.frame().length;
        running.add(next);
        thread(next.toString(), next);
      }
    }
  }

  synchronized void done(Posting posting) {
    running.remove(posting);
    if (!ending) {
      pump();
    }
    notifyAll();
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Two equal frames are still two requests.
  public synchronized boolean withdraw(byte[] frame) {
    for (Iterator<Posting> all = queue.iterator(); all.hasNext(); ) {
      if (all.next().frame() == frame) {
        all.remove();
        bytes -= frame.length;
        return true;
      }
    }
    return false;
  }

  @Override
  public void forget(byte[] id) {
    List<Posting> with;
    synchronized (this) {
      for (Iterator<Posting> all = queue.iterator(); all.hasNext(); ) {
        Posting posting = all.next();
        if (Arrays.equals(posting.id(), id)) {
          all.remove();
          bytes -= posting.frame().length;
        }
      }
      with = running.stream().filter(posting -> Arrays.equals(posting.id(), id)).toList();
    }
    with.forEach(Posting::close);
  }

  /** The server has accepted that we begin: what waited goes, and we listen. */
  void opened() {
    synchronized (this) {
      if (open || ending) {
        return;
      }
      open = true;
      pump();
    }
    if (answersHere()) {
      thread("listening", listening::run);
    }
  }

  /**
   * {@code initialize} was refused as by a server of 2024-11-05 (MCP 2025-11-25, Backwards
   * Compatibility): tries its way, and sends the message there.
   */
  void fallBack(Posting posting, int status) throws Unanswered {
    if (!answersHere()) {
      throw new Unanswered(Loss.WITHOUT_EFFECT, "refuses it (HTTP " + status + ")");
    }
    OldStream stream;
    try {
      stream = new OldStream(this, peer);
    } catch (Unanswered e) {
      throw new Unanswered(
          Loss.WITHOUT_EFFECT,
          "refuses it (HTTP " + status + "), and as of 2024-11-05 " + e.getMessage());
    }
    boolean late;
    synchronized (this) {
      late = ending;
      old = stream;
    }
    if (late) {
      stream.close();
      return;
    }
    thread("stream", stream::run);
    posting.run();
  }

  /**
   * A message that came in another stream than a request's own. Where it answers one, nothing is to
   * be waited for there: a server that never ended those streams would take up all requests.
   */
  void receivedElsewhere(Incoming incoming) {
    for (Incoming one : delivery.apart(incoming)) {
      delivery.received(one);
      if (one instanceof Incoming.Received(Message.Response response)) {
        forget(response.id().toBytes());
      }
    }
  }

  void streamEnded() {
    end("closed its stream", false);
  }

  /**
   * Whether the server still knows our session: asked where it refused a request as a bad one.
   *
   * @param slot of the request: who calls it off calls this off as well
   */
  boolean isKnown(Slot slot) {
    byte[] ping =
        "{\"jsonrpc\":\"2.0\",\"id\":\"gatekeeper-known\",\"method\":\"ping\"}"
            .getBytes(StandardCharsets.US_ASCII);
    try (Answer answer = peer.ask(Peer.message(target(), ping), Bounds.DOCUMENT, slot)) {
      return answer.status() != 400 && answer.status() != 404;
    } catch (Unanswered e) {
      return true; // then it is not known either way, and the request was refused for itself
    }
  }

  /** The request was refused because the server has forgotten the session. */
  Unanswered sessionLost(byte[] id) {
    delivery.ending(FORGOTTEN);
    delivery.unanswered(id, Loss.SESSION, FORGOTTEN);
    end(FORGOTTEN, true);
    return new Unanswered(Loss.SESSION, FORGOTTEN);
  }

  /** Said before anything is refused here, so that nobody who comes meanwhile is turned away. */
  void sessionLost() {
    delivery.ending(FORGOTTEN);
    end(FORGOTTEN, true);
  }

  private void end(String why, boolean lost) {
    List<Posting> never;
    synchronized (this) {
      if (ending) {
        return;
      }
      ending = true;
      never = List.copyOf(queue);
      queue.clear();
      bytes = 0;
    }
    thread("end", () -> finish(why, lost, never));
  }

  private void finish(String why, boolean lost, List<Posting> never) {
    if (lost) {
      never.forEach(posting -> delivery.unanswered(posting.id(), Loss.SESSION, FORGOTTEN));
      awaitOthers();
    }
    notes.close();
    listening.close();
    List<Posting> left;
    synchronized (this) {
      left = List.copyOf(running);
    }
    left.forEach(Posting::close);
    OldStream stream = old;
    if (stream != null) {
      stream.close();
    }
    if (!lost) {
      peer.farewell(new Bounds(FAREWELL, FAREWELL), farewell);
    }
    Ended ended = new Ended.OfSession(why, Duration.ofNanos(System.nanoTime() - started));
    try {
      delivery.ended(ended);
    } finally {
      gone.complete(ended);
      peer.close(); // may wait for somebody who refreshes a token: nobody waits for that
    }
  }

  /** Their answers say whether they were processed. */
  private synchronized void awaitOthers() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOST_MILLIS);
    try {
      for (long left = LOST_MILLIS; !running.isEmpty() && left > 0; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts an end", e);
    }
  }

  @Override
  public void stop(Duration grace) {
    end("was ended", false);
    if (!delivery.isTelling()) {
      awaitGone(grace);
    }
  }

  /** As {@link #stop}, when we ourselves end: then the server's farewell is cut short as well. */
  public void stopNow(Duration budget) {
    end("was ended", false);
    if (!awaitGone(budget.multipliedBy(2).dividedBy(3))) {
      farewell.close();
      boolean _ = awaitGone(budget.dividedBy(3));
    }
  }

  /** Whether it has ended and the listener was told. */
  public boolean isGone() {
    return gone.isDone();
  }

  private boolean awaitGone(Duration atMost) {
    try {
      gone.get(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The origin; not the path, which may hold a secret. */
  @Override
  public String describe() {
    return spec.address().origin();
  }
}
