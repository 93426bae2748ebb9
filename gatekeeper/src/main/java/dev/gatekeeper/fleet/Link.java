package dev.gatekeeper.fleet;

import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.downstream.Downstream;
import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.fleet.offer.Offer;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.launch.Launching;
import dev.gatekeeper.mcp.Answers;
import dev.gatekeeper.mcp.Handshake;
import dev.gatekeeper.wire.Incoming;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import dev.gatekeeper.wire.Message.Response;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One life of one server, a process or a session elsewhere: the conversation with it.
 *
 * <p>The handshake, the lists and what comes in; requests and their answers are the {@link
 * Exchange}'s. When the process ends, everything that waits for it is answered with that.
 */
public final class Link implements DownstreamListener {
  /** Milliseconds from the start of a process to its initialized state; npm servers may unpack. */
  public static final long START_MILLIS = 60_000;

  /** Milliseconds for one answer to a request of our own. */
  public static final long ASK_MILLIS = 15_000;

  /** Milliseconds after which the lists of a server in use are read again, unannounced. */
  static final long RELIST_MILLIS = 15_000;

  private final Backend backend;
  private final Surroundings world;
  private final AgentSide agent;
  private final Exchange exchange;
  private final Map<Kind, Boolean> fetching = new EnumMap<>(Kind.class);
  private final Set<Kind> unsettled = EnumSet.noneOf(Kind.class);
  private volatile @Nullable Downstream process;
  private volatile @Nullable Launch launch;

  /** Values that came in arguments, by the names of their places. */
  private final Map<Set<String>, Launch> held = new HashMap<>();

  private long listed = System.nanoTime();
  private volatile Optional<String> incomplete = Optional.empty();
  private volatile boolean dead;
  private volatile boolean ready;
  private volatile boolean withoutLogin;
  private volatile Handshake.ServerHello hello = Handshake.ServerHello.NONE;

  Link(Backend backend, Surroundings world, AgentSide agent) {
    this.backend = backend;
    this.world = world;
    this.agent = agent;
    this.exchange = new Exchange(this, backend, world, agent);
  }

  public Backend backend() {
    return backend;
  }

  /** Starts the handshake with the server that runs. */
  void begin(Launching.Begun begun) {
    Launch launch = begun.launch();
    Downstream process = begun.server();
    this.launch = launch;
    this.process = process;
    if (dead) {
      launch.close();
      return;
    }
    launch.whenRevoked(() -> backend.retire(this, "the vault was closed"));
    world.journal().serverStart(backend.name(), process.describe(), begun.given());
    exchange.ask(
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
    for (Kind kind : Kind.values()) {
      if (backend.terms().offers(kind) && hello.offers(kind)) {
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
    incomplete = incomplete.or(() -> problem);
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

  /** What it was asked wants a login, which a person has to make. */
  void lacksLogin() {
    withoutLogin = true;
  }

  boolean isWithoutLogin() {
    return withoutLogin;
  }

  /** Why a list that was read is not all that the server has, where one is not. */
  Optional<String> incomplete() {
    return incomplete;
  }

  /** A request of our own; {@code failure} gets a text that follows the server's name. */
  void ask(String method, byte[] params, Consumer<Slice> result, Consumer<String> failure) {
    exchange.ask(method, params, ASK_MILLIS, result, failure);
  }

  /** Requests of the agent and of ours that have no answer yet. */
  Exchange exchange() {
    return exchange;
  }

  /** The agent has just made use of it: an idle server lives on from now. */
  public void touch() {
    exchange.touch();
  }

  /** Sends a call, unless this process does not offer what it is for, or it is one too many. */
  void forward(Call call, Offer offer) {
    refresh(); // also for one that is denied: its definition may be as it was again
    Optional<Offer.Refusal> refusal =
        offer.refusal(call).or(() -> backend.terms().refusalBeside(exchange.calls(), call));
    if (refusal.isEmpty()) {
      exchange.send(call);
      return;
    }
    refusal
        .get()
        .text()
        .ifPresentOrElse(
            text -> agent.failed(call, refusal.get().outcome(), text),
            () -> agent.notOffered(call));
  }

  /** A request that still waits for the pipe is taken back; one that was written is cancelled. */
  void withdraw(long number, byte[] frame, Optional<byte[]> reason) {
    Downstream running = process;
    if (running != null && !running.withdraw(frame)) {
      byte[] id = Answers.ascii(Long.toString(number));
      if (!running.offerFirst(Answers.cancelled(id, reason))) {
        running.forget(id); // it cannot be told, and holds nothing of ours for it any longer
      }
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
        Answers.join("{\"uri\":", dev.gatekeeper.json.Json.quote(uri), "}"),
        ok -> {},
        failure -> world.say("server " + backend.name() + ": resources/subscribe: " + failure));
  }

  /** False where the server does not get it: it is too long for the entry, or takes nothing. */
  public boolean offer(byte[] frame) {
    Downstream running = process;
    return running != null
        && !dead
        && frame.length <= backend.terms().maxMessage()
        && running.offer(frame);
  }

  public boolean offerFirst(byte[] frame) {
    Downstream running = process;
    return running != null && running.offerFirst(frame);
  }

  /** The call that a progress token of ours belongs to. */
  public Optional<Call> callOf(long number) {
    return exchange.callOf(number);
  }

  /** Progress extends the time that the call has. */
  public void progressed(Call call) {
    exchange.arm(call);
  }

  @Override
  public String revision() {
    return hello.protocolVersion();
  }

  @Override
  public void received(Incoming incoming) {
    switch (incoming) {
      case Incoming.Received received -> {
        switch (received.message()) {
          case Response response -> exchange.answered(response);
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
                  + backend.terms().maxMessage());
      case Incoming.Malformed malformed ->
          unreadable(
              malformed.id(),
              malformed.request(),
              "a malformed message (" + malformed.why() + " at byte " + malformed.position() + ")");
      case Incoming.Batch batch -> batch.under(revision()).forEach(this::received);
      case Incoming.NotJson notJson -> {} // the process sets these aside and reports them
      case Incoming.End end -> {} // ended() stands for it
    }
  }

  private void unreadable(Optional<byte[]> id, boolean request, String what) {
    if (request) {
      offer(Answers.error(id, Answers.INVALID_REQUEST, "the gatekeeper refused " + what));
    } else {
      exchange.unreadable(id, "sent " + what);
    }
  }

  /**
   * The process is about to have these values, too, for as long as it lives. What was held under
   * the same names before is replaced.
   */
  void hold(Launch values) {
    Launch before;
    synchronized (held) {
      before = dead ? values : held.put(values.names(), values);
    }
    if (before != null) {
      before.close();
    }
    values.whenRevoked(() -> backend.retire(this, "the vault was closed"));
  }

  private void release() {
    List<Launch> all;
    synchronized (held) {
      all = List.copyOf(held.values());
      held.clear();
    }
    all.forEach(Launch::close);
  }

  @Override
  public void unanswered(byte[] id, Loss loss, String text) {
    exchange.unanswered(id, loss, text);
  }

  @Override
  public void ending(String why) {
    backend.ending(this, why);
  }

  /** Nobody waits for the answer to this request of ours any more. */
  void forget(long number) {
    Downstream running = process;
    if (running != null) {
      running.forget(Answers.ascii(Long.toString(number)));
    }
  }

  /** The server announced that a list changed. */
  public void listChanged(Kind kind) {
    if (backend.terms().offers(kind) && hello.offers(kind)) {
      fetch(kind);
    }
  }

  /** Reads the lists again where that was long ago: a hostile server announces no change. */
  void refresh() {
    long now = System.nanoTime();
    synchronized (this) {
      if (now - listed < TimeUnit.MILLISECONDS.toNanos(RELIST_MILLIS)) {
        return;
      }
      listed = now;
    }
    for (Kind kind : Kind.values()) {
      listChanged(kind);
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
    release();
    backend.ended(this, how, ready); // first: who hears of it and calls again gets the next one
    exchange.ended(how);
    agent.gone(this);
  }

  /** Ends the process; {@link #ended} follows. */
  void stop() {
    Downstream running = process;
    if (running != null) {
      world.apart("stop-" + backend.name(), () -> running.stop(Launching.STOP_GRACE));
    }
  }

  /** What the status tells of it. */
  public String describe() {
    Downstream running = process;
    return (running == null ? "" : ", " + running.describe())
        + hello.describe()
        + exchange.describe();
  }

  public Handshake.ServerHello hello() {
    return hello;
  }
}
