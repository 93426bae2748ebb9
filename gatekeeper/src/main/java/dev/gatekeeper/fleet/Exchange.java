package dev.gatekeeper.fleet;

import dev.gatekeeper.downstream.DownstreamListener.Loss;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Ticket;
import dev.gatekeeper.wire.Message.Response;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests that one process of a server has not answered yet, of the agent and of ours.
 *
 * <p>Every id that the server gets from us is a number of this session, used once; an answer with
 * another id, or a second one, is counted and goes nowhere. Each request ends once: by its answer,
 * its timeout, its cancellation, or the end of the process.
 */
final class Exchange {
  private sealed interface Waiter {
    /** A request of the agent. */
    record OfAgent(Call call) implements Waiter {}

    /** A request of our own. */
    record OfOurs(
        String method, Consumer<Slice> result, Consumer<String> failure, Future<?> timeout)
        implements Waiter {}
  }

  private static final Optional<byte[]> TIMED_OUT = Optional.of(Answers.ascii("\"timed out\""));

  private final Link link;
  private final Backend backend;
  private final Surroundings world;
  private final AgentSide agent;
  private final Map<Long, Waiter> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong strays = new AtomicLong();
  private volatile boolean used;
  private volatile long lastUse = System.nanoTime();

  Exchange(Link link, Backend backend, Surroundings world, AgentSide agent) {
    this.link = link;
    this.backend = backend;
    this.world = world;
    this.agent = agent;
  }

  /** Asks something of our own; {@code failure} gets a text that follows the server's name. */
  void ask(
      String method, byte[] params, long millis, Consumer<Slice> result, Consumer<String> failure) {
    long number = agent.nextNumber();
    byte[] frame = Answers.request(number, method, params);
    String late = "did not answer " + method + " within " + millis / 1000 + " s";
    Runnable end =
        method.equals("initialize") // which a client must not cancel (MCP, cancellation)
            ? () -> link.forget(number)
            : () -> link.withdraw(number, frame, TIMED_OUT);
    Future<?> timeout = world.after(millis, () -> fail(number, failure, late, end));
    waiting.put(number, new Waiter.OfOurs(method, result, failure, timeout));
    if (!link.offer(frame)) {
      fail(number, failure, "takes no messages", () -> {});
    }
  }

  /** Takes a request out; its timer would hold on to a process that may be gone. */
  private @Nullable Waiter take(long number) {
    Waiter waiter = waiting.remove(number);
    switch (waiter) {
      case null -> {}
      case Waiter.OfAgent ofAgent -> calls.decrementAndGet();
      case Waiter.OfOurs ours -> ours.timeout().cancel(false);
    }
    return waiter;
  }

  private void fail(long number, Consumer<String> failure, String text, Runnable end) {
    if (take(number) != null) {
      end.run();
      failure.accept(text);
      backend.released(link);
    }
  }

  /** The agent's requests that wait. Ours do not count: a server can have us ask without end. */
  int calls() {
    return calls.get();
  }

  /** Whether a call of the agent went to this process. */
  boolean isUsed() {
    return used;
  }

  /** Milliseconds since it last served the agent. */
  long idleMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastUse);
  }

  /** The agent has just made use of the process. */
  void touch() {
    lastUse = System.nanoTime();
  }

  private void releasedOfAgent() {
    touch();
    backend.released(link);
  }

  /** Sends an agent's call. */
  void send(Call call) {
    if (!call.goes()) {
      return; // its approval counts for another one
    }
    used = true;
    touch();
    calls.incrementAndGet();
    waiting.put(call.number(), new Waiter.OfAgent(call));
    call.sent(System.nanoTime());
    call.takeSecrets().ifPresent(link::hold);
    arm(call);
    if ((call.isEnded() || !link.offer(call.frame())) && take(call.number()) != null) {
      agent.failed(
          call,
          Journal.Outcome.UNAVAILABLE,
          "server " + backend.name() + " takes no messages: its queue is full or it has stopped");
      releasedOfAgent();
    }
  }

  /** Gives the call its whole time, from now on. */
  void arm(Call call) {
    long millis = backend.server().timeout().toMillis();
    call.timeout(world.after(millis, () -> timedOut(call)));
    if (call.isEnded()) {
      call.timeout(null);
    }
  }

  private void timedOut(Call call) {
    if (take(call.number()) != null) {
      link.withdraw(call.number(), call.frame(), TIMED_OUT);
      agent.failed(
          call,
          Journal.Outcome.TIMED_OUT,
          "server "
              + backend.name()
              + " gave no answer and no progress within "
              + backend.server().timeout().toSeconds()
              + " s; the call was cancelled, but may have had an effect");
      releasedOfAgent();
    }
  }

  void cancel(Call call, Optional<byte[]> reason) {
    if (take(call.number()) != null) {
      link.withdraw(call.number(), call.frame(), reason);
      releasedOfAgent();
    }
  }

  /** The call that a progress token of ours belongs to. */
  Optional<Call> callOf(long number) {
    return waiting.get(number) instanceof Waiter.OfAgent ofAgent
        ? Optional.of(ofAgent.call())
        : Optional.empty();
  }

  void answered(Response response) {
    Waiter waiter = Ticket.numberOf(response.id()).map(this::take).orElse(null);
    switch (waiter) {
      case null -> {
        if (strays.incrementAndGet() == 1) {
          world.say("server " + backend.name() + " answers what was not asked, or answers twice");
        }
      }
      case Waiter.OfAgent ofAgent -> {
        if (response.result().isPresent()) {
          backend.succeeded(ofAgent.call());
        }
        agent.answered(ofAgent.call(), response, backend);
        releasedOfAgent();
      }
      case Waiter.OfOurs ours -> {
        if (response.result().isPresent()) {
          ours.result().accept(response.result().get());
        } else {
          ours.failure().accept("answered " + ours.method() + " with an error");
        }
        backend.released(link);
      }
    }
  }

  /** An answer that could not be read; {@code text} follows the server's name. */
  void unreadable(Optional<byte[]> id, String text) {
    Waiter waiter = id.flatMap(Ticket::numberOf).map(this::take).orElse(null);
    switch (waiter) {
      case null -> world.say("server " + backend.name() + " " + text);
      case Waiter.OfAgent ofAgent -> {
        agent.failed(
            ofAgent.call(), Journal.Outcome.UNREADABLE, "server " + backend.name() + " " + text);
        releasedOfAgent();
      }
      case Waiter.OfOurs ours -> {
        ours.failure().accept(text);
        backend.released(link);
      }
    }
  }

  /** A request that gets no answer; {@code text} follows the server's name. */
  void unanswered(byte[] id, Loss loss, String text) {
    Waiter waiter = Ticket.numberOf(id).map(this::take).orElse(null);
    switch (waiter) {
      case null -> {}
      case Waiter.OfAgent(Call call) -> {
        String said = "server " + backend.name() + " " + text;
        switch (loss) {
          case LOGIN -> agent.needsLogin(call, backend, said);
          case WITHOUT_EFFECT -> notCarriedOut(call, said);
          // Nothing was done, and the next session gets it; but not where values were put into it,
          // whose grants end with the session that they were given to.
          case SESSION -> {
            if (call.takeRepeat()) {
              backend.again(call);
            } else {
              notCarriedOut(call, said);
            }
          }
          case UNKNOWN ->
              agent.failed(
                  call,
                  Journal.Outcome.SERVER_ENDED,
                  said + "; the call may have had an effect and was not repeated");
        }
        releasedOfAgent();
      }
      case Waiter.OfOurs ours -> {
        if (loss == Loss.LOGIN) {
          link.lacksLogin();
        }
        ours.failure().accept(text);
        backend.released(link);
      }
    }
  }

  private void notCarriedOut(Call call, String text) {
    agent.failed(call, Journal.Outcome.UNAVAILABLE, text + "; the call was not carried out");
  }

  /** The process is gone: each call of the agent is answered with that. */
  void ended(Ended how) {
    for (Long number : new HashSet<>(waiting.keySet())) {
      switch (take(number)) {
        case null -> {}
        case Waiter.OfAgent ofAgent ->
            agent.failed(
                ofAgent.call(),
                Journal.Outcome.SERVER_ENDED,
                "server "
                    + backend.name()
                    + " stopped before it answered ("
                    + how.text()
                    + "); the call may have had an effect and was not repeated");
        case Waiter.OfOurs ours -> {} // the backend is told by the link
      }
    }
  }

  /** What the status tells of it. */
  String describe() {
    return strays.get() == 0 ? "" : ", " + strays.get() + " stray answers dropped";
  }
}
