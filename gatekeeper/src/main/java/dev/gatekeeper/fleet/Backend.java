package dev.gatekeeper.fleet;

import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.broker.BrokerException;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.catalog.Item;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.downstream.Backoff;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.wire.WireLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One allowed server, across the lives of its process.
 *
 * <p>Started at its first use; a call that comes meanwhile waits. When the process dies, its
 * pending calls are answered with that, never replayed, and the next use starts it again, no sooner
 * than the backoff says. Nothing here waits: starting has a thread of its own.
 */
public final class Backend {
  /** A call waits for a restart that is at most so far away; else it is told to come back. */
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private sealed interface State {
    record Idle() implements State {}

    record Starting() implements State {}

    record Live(Link link) implements State {}

    /** Could not start, or died: {@code why} tells it; the backoff says when it may start again. */
    record Resting(String why) implements State {}

    /** Cannot run in this version, whatever is tried. */
    record Unavailable(String why) implements State {}

    record Closed() implements State {}
  }

  private final Surroundings world;
  private final Server server;
  private final AgentSide agent;
  private final RateLimit rate;
  private final WireLimits limits;
  private final ArrayDeque<Call> queue = new ArrayDeque<>();
  private final List<Runnable> settling = new ArrayList<>();
  private final Set<String> subscriptions = new LinkedHashSet<>();
  private final Backoff backoff;
  private State state = new State.Idle();

  Backend(Surroundings world, Server server, AgentSide agent) {
    this.world = world;
    this.server = server;
    this.agent = agent;
    this.rate = new RateLimit(server.limits().callsPerMinute());
    this.limits =
        new WireLimits(
            server.limits().maxMessage().orElse(WireLimits.DEFAULT.messageBytes()),
            WireLimits.DEFAULT.depth());
    this.backoff = new Backoff(world.clock());
    if (!(server instanceof StdioServer)) {
      state =
          new State.Unavailable(
              "server " + name() + " is remote (http), which this version cannot reach yet");
    }
  }

  public String name() {
    return server.name();
  }

  public Server server() {
    return server;
  }

  /** Bytes of the longest message that may pass, either way. */
  public int maxMessage() {
    return limits.messageBytes();
  }

  /** Whether known values are masked in what the server sends. */
  public boolean redacts() {
    return !(server instanceof StdioServer stdio) || stdio.redact();
  }

  /** Whether the entry allows anything of this kind, so that its list is worth asking for. */
  public boolean offers(Kind kind) {
    return switch (kind) {
      case TOOL -> !server.tools().allow().isEmpty() || !server.tools().ask().isEmpty();
      case PROMPT -> !server.prompts().allow().isEmpty();
      case RESOURCE, TEMPLATE -> !server.resources().allow().isEmpty();
    };
  }

  /** Whether the rules let the agent see this definition. */
  boolean lists(Kind kind, String name) {
    return world.lists(new Subject.Listing(name(), Subject.Kind.valueOf(kind.name()), name));
  }

  /** Sends the call, now or once the server has started. Its intent is durable. */
  public void deliver(Call call) {
    if (call.frame().length > maxMessage()) {
      agent.failed(
          call,
          Journal.Outcome.LIMITED,
          "the request has "
              + call.frame().length
              + " bytes; server "
              + name()
              + " takes at most "
              + maxMessage()
              + " (limits.maxMessage)");
      return;
    }
    synchronized (this) {
      if (call.isToolCall() && !rate.admit(System.nanoTime())) {
        agent.failed(
            call,
            Journal.Outcome.LIMITED,
            "server " + name() + " has reached its limit of calls a minute; try again later");
        return;
      }
      switch (state) {
        case State.Live live -> forward(live.link(), call);
        case State.Starting starting -> queue.add(call);
        case State.Idle idle -> {
          queue.add(call);
          start(Duration.ZERO);
        }
        case State.Resting resting -> {
          Duration left = backoff.remaining();
          if (left.compareTo(PATIENCE) > 0) {
            agent.failed(
                call,
                Journal.Outcome.UNAVAILABLE,
                resting.why() + "; it can be started again in " + (left.toSeconds() + 1) + " s");
          } else {
            queue.add(call);
            start(left);
          }
        }
        case State.Unavailable unavailable ->
            agent.failed(call, Journal.Outcome.UNAVAILABLE, unavailable.why());
        case State.Closed closed ->
            agent.failed(call, Journal.Outcome.SESSION_ENDED, "the session is ending");
      }
    }
  }

  /** What is callable by name must be on the live list; URIs may come from a template. */
  private void forward(Link link, Call call) {
    Call.Target target = call.target();
    switch (call.method()) {
      case "resources/subscribe" -> subscriptions.add(target.name());
      case "resources/unsubscribe" -> subscriptions.remove(target.name());
      default -> {}
    }
    boolean offered =
        !target.kind().isNamed()
            || world
                .catalog()
                .find(target.kind(), target.publicName())
                .filter(item -> item.server().equals(name()) && item.name().equals(target.name()))
                .isPresent();
    if (!offered) {
      agent.notOffered(call);
    } else if (link.inFlight() >= server.limits().inFlight().orElse(Integer.MAX_VALUE)) {
      agent.failed(
          call,
          Journal.Outcome.LIMITED,
          "server " + name() + " has reached its limit of requests in flight; try again later");
    } else {
      link.send(call);
    }
  }

  /** Takes a cancelled call away from the server, wherever it is. */
  public void cancel(Call call, Optional<byte[]> reason) {
    synchronized (this) {
      if (queue.remove(call)) {
        return;
      }
    }
    live().ifPresent(link -> link.cancel(call, reason));
  }

  /** The running, initialized process, where there is one. */
  public synchronized Optional<Link> live() {
    return state instanceof State.Live live ? Optional.of(live.link()) : Optional.empty();
  }

  /** Calls back once this server's lists are known or cannot be; starts it for that if idle. */
  public void whenSettled(Runnable callback) {
    synchronized (this) {
      switch (state) {
        case State.Starting starting -> {
          settling.add(callback);
          return;
        }
        case State.Idle idle -> {
          settling.add(callback);
          start(Duration.ZERO);
          return;
        }
        case State.Resting resting -> {
          // A locked vault may be open by now; a crash waits for its backoff.
          if (backoff.remaining().isZero()) {
            settling.add(callback);
            start(Duration.ZERO);
            return;
          }
        }
        case State.Live live -> {}
        case State.Unavailable unavailable -> {}
        case State.Closed closed -> {}
      }
    }
    callback.run();
  }

  public synchronized boolean isSettled() {
    return !(state instanceof State.Idle) && !(state instanceof State.Starting);
  }

  private void start(Duration delay) {
    state = new State.Starting();
    if (delay.isZero()) {
      world.apart("start-" + name(), this::launch);
    } else {
      world.later(delay.toMillis() + 1, () -> world.apart("start-" + name(), this::launch));
    }
  }

  private void launch() {
    StdioServer stdio = (StdioServer) server;
    synchronized (this) {
      if (!(state instanceof State.Starting)) {
        return; // the session ended before the delay was over
      }
    }
    Link link = new Link(this, world, agent);
    try {
      Launch launch = world.launch(stdio);
      link.begin(launch, world.start(stdio, launch, limits, link));
    } catch (BrokerException e) {
      // Not a crash: as soon as the vault is open, the next call may try.
      String why = String.valueOf(e.getMessage());
      notStarted(e.hint().map(hint -> why + " A person types: " + hint).orElse(why));
    } catch (LaunchException e) {
      backoff.ended(Duration.ZERO);
      notStarted("server " + name() + " could not be started: " + e.getMessage());
    }
  }

  /** The link has been initialized and its lists are known. */
  void ready(Link link) {
    List<Runnable> settled;
    synchronized (this) {
      if (!(state instanceof State.Starting)) {
        return;
      }
      state = new State.Live(link);
      for (String uri : subscriptions) {
        link.subscribe(uri);
      }
      // Inside the lock, so that a call that comes now does not overtake those that waited.
      queue.forEach(call -> forward(link, call));
      queue.clear();
      settled = takeSettling();
    }
    settled.forEach(Runnable::run);
  }

  /** The process of {@code link} has ended; its calls have been answered. */
  void ended(Link link, Ended how, boolean wasReady) {
    world.journal().serverStop(name(), how);
    backoff.ended(how.uptime());
    String why = "server " + name() + " " + how.text();
    if (!wasReady) {
      notStarted(why + " before it was initialized");
      return;
    }
    synchronized (this) {
      if (state instanceof State.Live live && live.link() == link) {
        state = new State.Resting(why);
      }
    }
  }

  /** The handshake failed: the process is of no use. */
  void unusable(Link link, String why) {
    notStarted("server " + name() + " " + why);
    link.stop();
  }

  private void notStarted(String why) {
    List<Call> waiting;
    List<Runnable> settled;
    synchronized (this) {
      if (!(state instanceof State.Starting)) {
        return;
      }
      state = new State.Resting(why);
      waiting = List.copyOf(queue);
      queue.clear();
      settled = takeSettling();
    }
    world.say(why);
    waiting.forEach(call -> agent.failed(call, Journal.Outcome.UNAVAILABLE, why));
    settled.forEach(Runnable::run);
  }

  private List<Runnable> takeSettling() {
    List<Runnable> taken = List.copyOf(settling);
    settling.clear();
    return taken;
  }

  /** New definitions of a kind, already judged and renamed. */
  void offer(Kind kind, List<Item> items) {
    if (world.catalog().offer(kind, name(), items)) {
      agent.listChanged(kind);
    }
  }

  /** One line for a person or the agent: what it is doing. */
  public synchronized String status() {
    return switch (state) {
      case State.Idle idle -> "not started";
      case State.Starting starting -> "starting";
      case State.Live live -> "running" + live.link().describe();
      case State.Resting resting -> resting.why();
      case State.Unavailable unavailable -> unavailable.why();
      case State.Closed closed -> "closed";
    };
  }

  /** Ends it for good; the processes themselves are ended by the session, all at once. */
  synchronized void close() {
    state = new State.Closed();
    queue.clear();
    settling.clear();
  }

  /** The kinds that this entry may offer. */
  Set<Kind> kinds() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (Kind kind : Kind.values()) {
      if (offers(kind)) {
        kinds.add(kind);
      }
    }
    return kinds;
  }
}
