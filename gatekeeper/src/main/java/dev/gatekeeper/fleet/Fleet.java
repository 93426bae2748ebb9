package dev.gatekeeper.fleet;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.fleet.terms.Terms;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All allowed servers of the session. What one of them does or does not do touches no other. */
public final class Fleet {
  /**
   * Milliseconds that a list waits for servers that start while it has something to show already:
   * most are there by then. What comes later is announced by {@code list_changed}.
   */
  static final long LIST_MILLIS = 1_000;

  /** Milliseconds that a list waits that would be empty, or a request for the server it is for. */
  private static final long SETTLE_MILLIS = 5_000;

  /** Servers for which a list has waited in vain: none does again. */
  private final Set<Backend> late = ConcurrentHashMap.newKeySet();

  private final Surroundings world;
  private final AgentSide agent;
  private final SortedMap<String, Entry> entries = new ConcurrentSkipListMap<>();

  /** A server by the entry and the lock that it was made from. */
  private record Entry(Backend backend, Optional<LockedServer> reviewed) {
    /** Who answers for it, why and until when is asked of the list in force at each call. */
    boolean isAs(Server server, Optional<LockedServer> locked) {
      Server was = backend.server();
      return was.under(server.review()).equals(server) && reviewed.equals(locked);
    }

    /** What the agent is to know once another list ended its process. */
    Optional<String> loss() {
      return backend
          .live()
          .filter(link -> link.exchange().isUsed() && !backend.terms().perCall())
          .map(_ -> "server " + backend.name() + " was started anew, since the allow-list changed")
          .or(backend::loss);
    }
  }

  /** Without servers yet. */
  public Fleet(Surroundings world, AgentSide agent) {
    this.world = world;
    this.agent = agent;
  }

  /**
   * Puts a list in force: its servers exist from now on, and no others. What was reviewed is in the
   * catalog when it returns, and nothing was started for that. Servers whose entry and lock are as
   * they were go on; all others are ended, and what they were asked is answered with that.
   *
   * @param now asked one at a time, so that nobody adopts what another has replaced already
   */
  public synchronized void adopt(Supplier<Policy> now) {
    Policy policy = now.get();
    world.judgeBy(policy);
    SortedMap<String, Entry> former = new TreeMap<>(entries);
    List<Backend> fresh = new ArrayList<>();
    for (Server server : policy.servers()) {
      Optional<LockedServer> locked = policy.locked(server.name());
      Entry known = former.get(server.name());
      if (known != null && known.isAs(server, locked)) {
        former.remove(server.name());
      } else {
        List<String> uris = known == null ? List.of() : stillAllowed(known.backend);
        Backend backend =
            new Backend(world, new Terms(server), agent, world.offer(server, locked), uris);
        if (known != null) {
          backend.follows(known.loss());
        }
        entries.put(server.name(), new Entry(backend, locked));
        fresh.add(backend);
      }
    }
    for (Entry gone : former.values()) {
      String name = gone.backend.name();
      entries.remove(name, gone);
      late.remove(gone.backend);
      gone.backend.dismiss();
      for (Kind kind : Kind.values()) {
        if (world.catalog().offer(kind, name, List.of())) {
          agent.listChanged(kind);
        }
      }
    }
    fresh.forEach(Backend::publish);
  }

  /** What the agent is subscribed to there, and may still read, though a person be asked first. */
  private List<String> stillAllowed(Backend former) {
    return former.subscribed().stream()
        .filter(uri -> world.shows(new Subject.ResourceRead(former.name(), uri)))
        .toList();
  }

  public Optional<Backend> find(String server) {
    return Optional.ofNullable(entries.get(server)).map(Entry::backend);
  }

  public Collection<Backend> all() {
    return entries.values().stream().map(Entry::backend).toList();
  }

  private List<Backend> offering(Kind kind) {
    return all().stream().filter(b -> b.terms().offers(kind)).toList();
  }

  /** Whether every server that may offer this kind has said what it offers, or cannot. */
  public boolean isSettled(Kind kind) {
    return offering(kind).stream().allMatch(Backend::isSettled);
  }

  /**
   * Starts the servers that may offer this kind, and calls back once: when all have settled, or
   * when the time for it is over.
   */
  public void whenSettled(Kind kind, Runnable callback) {
    whenSettled(offering(kind), () -> false, callback);
  }

  /** The same for a list: one server's slowness does not hold back what the others have. */
  public void whenListable(Kind kind, Runnable callback) {
    List<Backend> offering = offering(kind);
    offering.forEach(Backend::prepare);
    List<Backend> awaited = offering.stream().filter(one -> !late.contains(one)).toList();
    whenSettled(
        awaited,
        () -> !world.catalog().list(kind).isEmpty(),
        () -> {
          awaited.stream().filter(one -> !one.isSettled()).forEach(late::add);
          callback.run();
        });
  }

  /**
   * @param suffices whether there is no need to wait for more than {@link #LIST_MILLIS}
   */
  private void whenSettled(List<Backend> awaited, BooleanSupplier suffices, Runnable callback) {
    AtomicBoolean called = new AtomicBoolean();
    AtomicBoolean overdue = new AtomicBoolean();
    Runnable once =
        () -> {
          if (called.compareAndSet(false, true)) {
            callback.run();
          }
        };
    Runnable look =
        () -> {
          boolean all = awaited.stream().allMatch(Backend::isSettled);
          if (all || (overdue.get() && suffices.getAsBoolean())) {
            once.run();
          }
        };
    look.run();
    if (called.get()) {
      return;
    }
    awaited.forEach(backend -> backend.whenSettled(look));
    world.later(
        LIST_MILLIS,
        () -> {
          overdue.set(true);
          look.run();
        });
    world.later(SETTLE_MILLIS, once);
  }

  public void cancel(Call call, Optional<byte[]> reason) {
    find(call.target().server()).ifPresent(backend -> backend.cancel(call, reason));
  }

  public void setLevel(byte[] level) {
    all().forEach(backend -> backend.live().ifPresent(link -> link.setLevel(level)));
  }

  /** Passes the agent's notification to the running servers that may get it. */
  public void pass(Notification notification, Predicate<Backend> may) {
    for (Backend backend : all()) {
      if (may.test(backend)) {
        backend.live().ifPresent(link -> link.offer(notification.whole().toBytes()));
      }
    }
  }

  /** A notification that MCP does not define goes where the entry names its method. */
  public void passUnknown(Notification notification) {
    pass(notification, backend -> knows(backend, notification.method()));
  }

  /** The one server whose entry names this method, if there is exactly one. */
  public Optional<Backend> knowing(Request request) {
    List<Backend> knowing = all().stream().filter(b -> knows(b, request.method())).toList();
    return knowing.size() == 1 ? Optional.of(knowing.getFirst()) : Optional.empty();
  }

  private boolean knows(Backend backend, String method) {
    return world.decide(new Subject.UnknownMethod(backend.name(), method))
        instanceof Decision.Allowed;
  }

  /** Ends all servers at once. */
  public void close() {
    all().forEach(Backend::close);
    world.launching().endAll();
  }
}
