package dev.gatekeeper.fleet;

import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.broker.BrokerException;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.catalog.Offered;
import dev.gatekeeper.downstream.Backoff;
import dev.gatekeeper.downstream.Ended;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.fleet.offer.Offer;
import dev.gatekeeper.fleet.terms.Terms;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.journal.Recorded;
import dev.gatekeeper.launch.Launching;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One allowed server, across the lives of its process.
 *
 * <p>Started at its first use; a call that comes meanwhile waits. When the process dies, its
 * pending calls are answered with that, never replayed, and the next use starts it again, no sooner
 * than the backoff says. When its entry's lifetime is over, the process is stopped, and with it the
 * grants that it holds end; its lists stay known. Nothing here waits: starting has a thread of its
 * own.
 */
public final class Backend {
  /** A call waits for a restart that is at most so far away; else it is told to come back. */
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Surroundings world;
  private final Server server;
  private final AgentSide agent;
  private final Terms terms;
  private final Waiters waiters = new Waiters();
  private final Subscriptions subscriptions;
  private final Backoff backoff;
  private State state = new State.Idle("not started");
  private final Offer offer;

  /** Whether its lists are known: from a review, or from this process or one before. */
  private boolean known;

  /** Why the process that the agent's calls went to is no more, until the agent was told. */
  private Optional<String> loss = Optional.empty();

  /** The agent is subscribed to {@code uris}, which the first process has to be told. */
  Backend(Surroundings world, Terms terms, AgentSide agent, Offer offer, Collection<String> uris) {
    this.world = world;
    this.server = terms.server();
    this.agent = agent;
    this.terms = terms;
    this.backoff = new Backoff(world.clock());
    this.offer = offer;
    this.subscriptions = new Subscriptions(terms.perCall() ? List.of() : uris);
    this.known = offer.isKnown();
    world.unavailable(server).ifPresent(why -> state = new State.Unavailable(why));
  }

  public String name() {
    return server.name();
  }

  public Server server() {
    return server;
  }

  /** SHA-256 of the definition that was reviewed of what is called, where there is one. */
  public Optional<String> definition(Recorded.Target target) {
    return offer.definition(target);
  }

  /** What its entry says of lists and limits. */
  public Terms terms() {
    return terms;
  }

  /** Whether the rules let this definition through, reviewed or not. */
  boolean lists(Kind kind, String name) {
    return world.wouldList(new Subject.Listing(name(), Subject.Kind.valueOf(kind.name()), name));
  }

  /** Sends the call, now or once the server has started. Its intent is durable. */
  public void deliver(Call call) {
    Optional<String> refusal = terms.refusal(call, call.frame().length);
    if (refusal.isPresent()) {
      agent.failed(call, Journal.Outcome.LIMITED, refusal.get());
      return;
    }
    synchronized (this) {
      place(call);
      if (state instanceof State.Starting) {
        agent.waits(call, "starting server " + name());
      }
    }
  }

  private void place(Call call) {
    switch (state) {
      case State.Live live -> {
        waiters.add(call);
        feed(live.link());
      }
      case State.Starting _, State.Stopping _ -> waiters.add(call);
      case State.Idle idle -> {
        waiters.add(call);
        start(Duration.ZERO);
      }
      case State.Resting resting -> {
        Duration left = backoff.remaining();
        if (left.compareTo(PATIENCE) > 0) {
          agent.failed(call, Journal.Outcome.UNAVAILABLE, resting.text(left));
        } else {
          waiters.add(call);
          start(left);
        }
      }
      case State.Unavailable unavailable ->
          agent.failed(call, Journal.Outcome.UNAVAILABLE, unavailable.text());
      case State.Closed closed ->
          agent.failed(
              call, Journal.Outcome.SESSION_ENDED, "server " + name() + " is no longer there");
    }
  }

  /** Forwards what waits: all of it, or the one call that a process is for. */
  private void feed(Link link) {
    while (waiters.hasCall() && !(terms.perCall() && link.exchange().isUsed())) {
      link.forward(waiters.next(), offer);
    }
    released(link);
  }

  /** The server did as the call asked: what has to be asked again of its next process. */
  synchronized void succeeded(Call call) {
    subscriptions.succeeded(call);
  }

  /** Takes a cancelled call away from the server, wherever it is. */
  public void cancel(Call call, Optional<byte[]> reason) {
    synchronized (this) {
      if (waiters.remove(call)) {
        return;
      }
    }
    live().ifPresent(link -> link.exchange().cancel(call, reason));
  }

  /** The running, initialized process, where there is one. */
  public synchronized Optional<Link> live() {
    return state instanceof State.Live live ? Optional.of(live.link()) : Optional.empty();
  }

  /** Starts it where its lists are to be known, or it is to tell of a resource. */
  synchronized void prepare() {
    // A locked vault may be open by now; a crash waits for its backoff.
    boolean rested = state instanceof State.Resting && backoff.remaining().isZero();
    boolean wanted = !known || !subscriptions.uris().isEmpty();
    if (wanted && (rested || state instanceof State.Idle)) {
      start(Duration.ZERO);
    }
  }

  /** Calls back once this server's lists are known or cannot be; starts it for that if idle. */
  public void whenSettled(Runnable callback) {
    synchronized (this) {
      prepare();
      if (state instanceof State.Starting && !known) {
        waiters.add(callback);
        return;
      }
    }
    callback.run();
  }

  public synchronized boolean isSettled() {
    return known || !(state instanceof State.Idle || state instanceof State.Starting);
  }

  private void start(Duration delay) {
    Link link = new Link(this, world, agent);
    state = new State.Starting(link);
    if (delay.isZero()) {
      world.apart("start-" + name(), () -> launch(link));
    } else {
      world.later(delay.toMillis() + 1, () -> world.apart("start-" + name(), () -> launch(link)));
    }
  }

  private void launch(Link link) {
    synchronized (this) {
      if (!isStarting(link)) {
        return; // the session ended before the delay was over
      }
    }
    try {
      link.begin(world.launching().begin(server, terms.wire(), link));
      if (isClosed()) {
        link.stop(); // dismissed meanwhile
      }
    } catch (BrokerException e) {
      // Not a crash: as soon as the vault is open, the next call may try.
      notStarted(link, Launching.text(e), e.needsLogin());
    } catch (LaunchException | RuntimeException | Error e) { // whatever it is, nobody is to wait
      backoff.ended(Duration.ZERO);
      notStarted(link, "server " + name() + " could not be started: " + Launching.text(e), false);
    }
  }

  private synchronized boolean isClosed() {
    return state instanceof State.Closed;
  }

  /** The link has been initialized and its lists are known. */
  void ready(Link link) {
    List<Runnable> settled;
    synchronized (this) {
      if (!isStarting(link)) {
        return;
      }
      state = new State.Live(link);
      known = true;
      subscriptions.uris().forEach(link::subscribe);
      // Inside the lock, so that a call that comes now does not overtake those that waited.
      feed(link);
      settled = waiters.takeSettling();
    }
    settled.forEach(Runnable::run);
    terms.idleMillis().ifPresent(most -> world.later(most, () -> idled(link, most)));
  }

  /** Stops the process where it was idle for {@code most} milliseconds, or looks again later. */
  private void idled(Link link, long most) {
    synchronized (this) {
      if (!(state instanceof State.Live live) || live.link() != link) {
        return;
      }
      long left = most - link.exchange().idleMillis();
      boolean open =
          link.exchange().calls() > 0 || !subscriptions.uris().isEmpty() || agent.isAskedBy(link);
      if (open || left > 0) {
        world.later(left > 0 ? left : most, () -> idled(link, most));
      } else {
        retire(link, "it was not used for " + most / 1_000 + " s");
      }
    }
  }

  /** Nothing may wait for {@code link} any more: the process of one call has done its part. */
  synchronized void released(Link link) {
    if (terms.perCall()
        && state instanceof State.Live live
        && live.link() == link
        && link.exchange().calls() == 0) {
      retire(link, "it runs for one call at a time");
    }
  }

  /** A call that was not carried out goes once more; its limits were looked at before. */
  public synchronized void again(Call call) {
    place(call);
  }

  /** It takes nothing more: what comes until its end goes to the next one. */
  void ending(Link link, String why) {
    synchronized (this) {
      if (state instanceof State.Live live && live.link() == link) {
        state = new State.Stopping(link, "it " + why);
        return;
      }
    }
    notStarted(link, "server " + name() + " " + why, false);
  }

  /** Ends a process that is not to go on; the next use starts another. */
  synchronized void retire(Link link, String why) {
    if (state instanceof State.Live live && live.link() == link) {
      state = new State.Stopping(link, why);
    }
    link.stop();
  }

  /** What the agent's next tool result has to say of the process before. */
  public synchronized Optional<String> loss() {
    return loss;
  }

  /** It comes in the place of one of another list. */
  synchronized void follows(Optional<String> lost) {
    loss = lost;
  }

  public synchronized void toldOfLoss() {
    loss = Optional.empty();
  }

  /** The process of {@code link} has ended; its calls have been answered. */
  void ended(Link link, Ended how, boolean wasReady) {
    world.journal().serverStop(name(), how.uptime(), how.text());
    String why = "server " + name() + " " + how.text();
    if (!wasReady) {
      if (!link.isWithoutLogin()) {
        backoff.ended(how.uptime());
      }
      notStarted(link, why + " before it was initialized", false);
      return;
    }
    synchronized (this) {
      String reason;
      if (state instanceof State.Stopping stopping && stopping.link() == link) {
        reason = stopping.why();
        backoff.reset();
        state = new State.Idle("not running, since " + reason + "; the next call starts it");
      } else if (state instanceof State.Live live && live.link() == link) {
        reason = "it " + how.text();
        backoff.ended(how.uptime());
        state = new State.Resting(why);
      } else {
        return;
      }
      if (link.exchange().isUsed() && !terms.perCall()) {
        loss = Optional.of("server " + name() + " was started anew, since " + reason);
      }
      waiters.takeCalls().forEach(this::place);
    }
  }

  /** The handshake failed: the process is of no use. */
  void unusable(Link link, String why) {
    notStarted(link, "server " + name() + " " + why, link.isWithoutLogin());
    link.stop();
  }

  private boolean isStarting(Link link) {
    return state instanceof State.Starting starting && starting.link() == link;
  }

  private void notStarted(Link link, String why, boolean login) {
    Consumer<Call> failed = call -> agent.failed(call, Journal.Outcome.UNAVAILABLE, why);
    Runnable rest;
    synchronized (this) {
      if (!isStarting(link)) {
        return;
      }
      state = new State.Resting(why);
      rest = waiters.giveUp(login ? call -> agent.needsLogin(call, this, why) : failed);
    }
    world.say(why);
    rest.run();
  }

  /** Puts into the catalog what is known; starts it only if the agent waits for its updates. */
  void publish() {
    offer.publish().forEach(agent::listChanged);
    if (!subscribed().isEmpty()) {
      prepare();
    }
  }

  /** What the agent is subscribed to. */
  synchronized Collection<String> subscribed() {
    return List.copyOf(subscriptions.uris());
  }

  /** What the process lists of a kind, as far as the rules let the agent see it. */
  void listed(Kind kind, List<Offered> definitions) {
    if (!isClosed() && offer.listed(kind, definitions)) {
      agent.listChanged(kind);
    }
  }

  /** One line for a person or the agent: what it is doing. */
  public synchronized String status() {
    return state.text() + offer.text();
  }

  /** Ends it for good, since the list in force has it no more, or otherwise. */
  void dismiss() {
    Optional<Link> running;
    String why = "the allow-list changed, and server " + name() + " with it: try again";
    Runnable rest;
    synchronized (this) {
      running = state.underWay();
      state = new State.Closed();
      rest = waiters.giveUp(call -> agent.failed(call, Journal.Outcome.UNAVAILABLE, why));
    }
    running.ifPresent(Link::stop);
    rest.run();
  }

  /** Ends it for good; the processes themselves are ended by the session, all at once. */
  synchronized void close() {
    state = new State.Closed();
    Runnable _ = waiters.giveUp(call -> {});
  }
}
