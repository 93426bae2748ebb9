package dev.gatekeeper.fleet;

import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.downstream.StdioProcess;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.MalformedException;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Message.Response;
import dev.gatekeeper.wire.Slice;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One life of one server's process: the conversation with it.
 *
 * <p>Every id that the server gets from us is a number of this session, used once; an answer with
 * another id, or a second one, is counted and goes nowhere. When the process ends, everything that
 * waits for it is answered with that.
 */
public final class Link implements DownstreamListener {
  /** Milliseconds from the start of a process to its initialized state; npm servers may unpack. */
  public static final long START_MILLIS = 60_000;

  /** Milliseconds for one answer to a request of our own. */
  public static final long ASK_MILLIS = 15_000;

  private sealed interface Waiter {
    /** A request of the agent. */
    record OfAgent(Call call) implements Waiter {}

    /** A request of our own. */
    record OfOurs(String method, Consumer<Slice> result, Consumer<String> failure)
        implements Waiter {}
  }

  private final Backend backend;
  private final Surroundings world;
  private final AgentSide agent;
  private final Map<Long, Waiter> waiting = new ConcurrentHashMap<>();
  private final AtomicLong strays = new AtomicLong();
  private final Map<Kind, Boolean> fetching = new EnumMap<>(Kind.class);
  private final Set<Kind> unsettled = EnumSet.noneOf(Kind.class);
  private volatile @Nullable StdioProcess process;
  private volatile @Nullable Launch launch;
  private volatile boolean dead;
  private volatile boolean ready;
  private volatile Handshake.ServerHello hello = Handshake.ServerHello.NONE;

  Link(Backend backend, Surroundings world, AgentSide agent) {
    this.backend = backend;
    this.world = world;
    this.agent = agent;
  }

  public Backend backend() {
    return backend;
  }

  /** Starts the handshake with the process that was born. */
  void begin(Launch launch, StdioProcess process) {
    this.launch = launch;
    this.process = process;
    if (dead) {
      launch.close();
      return;
    }
    world.journal().serverStart(backend.name(), process.pid(), launch.names());
    ask(
        "initialize",
        Handshake.initializeParams(agent.hello(), backend.server().serverRequests()),
        START_MILLIS,
        this::initialized,
        failure -> backend.unusable(this, failure));
  }

  private void initialized(Slice result) {
    Handshake.ServerHello read;
    try {
      read = Handshake.ServerHello.parse(result);
    } catch (MalformedException e) {
      backend.unusable(this, "answered initialize with something that is not its result");
      return;
    }
    if (!Handshake.VERSIONS.contains(read.protocolVersion())) {
      backend.unusable(this, "speaks a protocol revision that is not supported");
      return;
    }
    hello = read;
    offer(Answers.notification("notifications/initialized"));
    agent.logLevel().ifPresent(this::setLevel);
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (Kind kind : backend.kinds()) {
      if (hello.offers(kind)) {
        kinds.add(kind);
      }
    }
    synchronized (this) {
      unsettled.addAll(kinds);
    }
    if (kinds.isEmpty()) {
      becomeReady();
    }
    kinds.forEach(this::fetch);
  }

  private void becomeReady() {
    ready = true;
    backend.ready(this);
  }

  /**
   * Reads a list anew; one reading at a time, and another after it where the list changed since.
   */
  private void fetch(Kind kind) {
    synchronized (this) {
      if (fetching.containsKey(kind)) {
        fetching.put(kind, true);
        return;
      }
      fetching.put(kind, false);
    }
    new ListFetch(this, backend, kind, problem -> fetched(kind, problem)).start();
  }

  private void fetched(Kind kind, Optional<String> problem) {
    problem.ifPresent(text -> world.say("server " + backend.name() + ": " + text));
    boolean again;
    boolean last;
    synchronized (this) {
      again = Boolean.TRUE.equals(fetching.remove(kind));
      last = unsettled.remove(kind) && unsettled.isEmpty();
    }
    if (again && !dead) {
      fetch(kind);
    }
    if (last) {
      becomeReady();
    }
  }

  /** A request of our own; {@code failure} gets a text that follows the server's name. */
  void ask(String method, byte[] params, Consumer<Slice> result, Consumer<String> failure) {
    ask(method, params, ASK_MILLIS, result, failure);
  }

  private void ask(
      String method, byte[] params, long millis, Consumer<Slice> result, Consumer<String> failure) {
    long number = agent.nextNumber();
    Waiter.OfOurs waiter = new Waiter.OfOurs(method, result, failure);
    waiting.put(number, waiter);
    if (dead || !offer(Answers.request(number, method, params))) {
      if (waiting.remove(number) != null) {
        failure.accept("takes no messages");
      }
      return;
    }
    world.later(
        millis,
        () -> {
          if (waiting.remove(number) != null) {
            failure.accept("did not answer " + method + " within " + millis / 1000 + " s");
          }
        });
  }

  /** How many of the agent's requests wait for this server. */
  int inFlight() {
    return waiting.size();
  }

  /** Sends an agent's call. */
  void send(Call call) {
    waiting.put(call.number(), new Waiter.OfAgent(call));
    call.sent(System.nanoTime());
    arm(call);
    if (dead || call.isEnded() || !offer(call.frame())) {
      if (waiting.remove(call.number()) != null) {
        agent.failed(
            call,
            Journal.Outcome.UNAVAILABLE,
            "server " + backend.name() + " takes no messages: its queue is full or it has stopped");
      }
    }
  }

  private void arm(Call call) {
    long millis = backend.server().timeout().toMillis();
    call.timeout(world.after(millis, () -> timedOut(call)));
    if (call.isEnded()) {
      call.timeout(null);
    }
  }

  private void timedOut(Call call) {
    if (waiting.remove(call.number()) != null) {
      withdraw(call, Optional.of(Answers.ascii("\"timed out\"")));
      agent.failed(
          call,
          Journal.Outcome.TIMED_OUT,
          "server "
              + backend.name()
              + " gave no answer and no progress within "
              + backend.server().timeout().toSeconds()
              + " s; the call was cancelled, but may have had an effect");
    }
  }

  void cancel(Call call, Optional<byte[]> reason) {
    if (waiting.remove(call.number()) != null) {
      withdraw(call, reason);
    }
  }

  /** A call that still waits for the pipe is taken back; one that was written is cancelled. */
  private void withdraw(Call call, Optional<byte[]> reason) {
    StdioProcess running = process;
    if (running != null && !running.withdraw(call.frame())) {
      running.offerFirst(Answers.cancelled(Answers.ascii(Long.toString(call.number())), reason));
    }
  }

  void setLevel(byte[] level) {
    if (hello.hasLogging()) {
      ask("logging/setLevel", Answers.join("{\"level\":", level, "}"), ok -> {}, failure -> {});
    }
  }

  void subscribe(String uri) {
    ask(
        "resources/subscribe",
        Answers.join("{\"uri\":", dev.gatekeeper.wire.Json.quote(uri), "}"),
        ok -> {},
        failure -> world.say("server " + backend.name() + ": resources/subscribe: " + failure));
  }

  /** False where the server does not get it: it is too long for the entry, or takes nothing. */
  public boolean offer(byte[] frame) {
    StdioProcess running = process;
    return running != null && frame.length <= backend.maxMessage() && running.offer(frame);
  }

  public boolean offerFirst(byte[] frame) {
    StdioProcess running = process;
    return running != null && running.offerFirst(frame);
  }

  /** The call that a progress token of ours belongs to. */
  public Optional<Call> callOf(long number) {
    return waiting.get(number) instanceof Waiter.OfAgent ofAgent
        ? Optional.of(ofAgent.call())
        : Optional.empty();
  }

  /** Progress extends the time that the call has. */
  public void progressed(Call call) {
    arm(call);
  }

  @Override
  public void received(Incoming incoming) {
    switch (incoming) {
      case Incoming.Received received -> {
        switch (received.message()) {
          case Response response -> response(response);
          case Request request -> agent.asked(this, request);
          case Notification notification -> agent.notified(this, notification);
        }
      }
      case Incoming.Oversize oversize ->
          unreadable(
              oversize.id(),
              oversize.request(),
              "a message of "
                  + oversize.bytes()
                  + " bytes, over its limit of "
                  + backend.maxMessage());
      case Incoming.Malformed malformed ->
          unreadable(
              malformed.id(),
              malformed.request(),
              "a malformed message (" + malformed.why() + " at byte " + malformed.position() + ")");
      case Incoming.NotJson notJson -> {} // the process sets these aside and reports them
      case Incoming.End end -> {} // ended() stands for it
    }
  }

  private void response(Response response) {
    Waiter waiter = Ticket.numberOf(response.id()).map(waiting::remove).orElse(null);
    switch (waiter) {
      case null -> stray();
      case Waiter.OfAgent ofAgent -> agent.answered(ofAgent.call(), response, backend);
      case Waiter.OfOurs ours -> {
        if (response.result().isPresent()) {
          ours.result().accept(response.result().get());
        } else {
          ours.failure().accept("answered " + ours.method() + " with an error");
        }
      }
    }
  }

  private void unreadable(Optional<byte[]> id, boolean request, String what) {
    String text = "sent " + what;
    if (request) {
      offer(Answers.error(id, Answers.INVALID_REQUEST, "the gatekeeper refused " + what));
      return;
    }
    Waiter waiter = id.flatMap(Ticket::numberOf).map(waiting::remove).orElse(null);
    switch (waiter) {
      case null -> world.say("server " + backend.name() + " " + text);
      case Waiter.OfAgent ofAgent ->
          agent.failed(
              ofAgent.call(), Journal.Outcome.UNREADABLE, "server " + backend.name() + " " + text);
      case Waiter.OfOurs ours -> ours.failure().accept(text);
    }
  }

  private void stray() {
    if (strays.incrementAndGet() == 1) {
      world.say("server " + backend.name() + " answers what was not asked, or answers twice");
    }
  }

  /** The server announced that a list changed. */
  public void listChanged(Kind kind) {
    if (backend.offers(kind) && hello.offers(kind)) {
      fetch(kind);
    }
  }

  @Override
  public void log(byte[] line) {
    world.log(backend.name(), line);
  }

  @Override
  public void ended(Ended how) {
    dead = true;
    Launch running = launch;
    if (running != null) {
      running.close();
    }
    for (Long number : new HashSet<>(waiting.keySet())) {
      switch (waiting.remove(number)) {
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
        case Waiter.OfOurs ours -> {} // the backend is told below
      }
    }
    agent.gone(this);
    backend.ended(this, how, ready);
  }

  /** Ends the process; {@link #ended} follows. */
  void stop() {
    StdioProcess running = process;
    if (running != null) {
      world.apart("stop-" + backend.name(), () -> running.stop(Surroundings.STOP_GRACE));
    }
  }

  /** What the status tells of it. */
  public String describe() {
    StdioProcess running = process;
    return (running == null ? "" : ", pid " + running.pid())
        + hello.describe()
        + (strays.get() == 0 ? "" : ", " + strays.get() + " stray answers dropped");
  }

  public Handshake.ServerHello hello() {
    return hello;
  }
}
