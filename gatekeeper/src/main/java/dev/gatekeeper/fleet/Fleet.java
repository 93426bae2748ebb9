package dev.gatekeeper.fleet;

import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.catalog.Kind;
import dev.gatekeeper.wire.Message.Notification;
import dev.gatekeeper.wire.Message.Request;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** All allowed servers of the session. What one of them does or does not do touches no other. */
public final class Fleet {
  /**
   * Milliseconds that a list waits for servers that are still starting. A slower one is announced
   * by {@code list_changed} when it is there.
   */
  public static final long LIST_MILLIS = 5_000;

  private final Surroundings world;
  private final SortedMap<String, Backend> backends = new TreeMap<>();

  /** Nothing is started yet. */
  public Fleet(Surroundings world, Collection<? extends Server> servers, AgentSide agent) {
    this.world = world;
    servers.forEach(s -> backends.put(s.name(), new Backend(world, s, agent)));
  }

  public Optional<Backend> find(String server) {
    return Optional.ofNullable(backends.get(server));
  }

  public Collection<Backend> all() {
    return backends.values();
  }

  /** Whether every server that may offer this kind has said what it offers, or cannot. */
  public boolean isSettled(Kind kind) {
    return backends.values().stream().filter(b -> b.offers(kind)).allMatch(Backend::isSettled);
  }

  /**
   * Starts the servers that may offer this kind, and calls back once: when all have settled, or
   * when the time for it is over.
   */
  public void whenSettled(Kind kind, Runnable callback) {
    List<Backend> offering = backends.values().stream().filter(b -> b.offers(kind)).toList();
    AtomicBoolean called = new AtomicBoolean();
    Runnable once =
        () -> {
          if (called.compareAndSet(false, true)) {
            callback.run();
          }
        };
    AtomicInteger left = new AtomicInteger(offering.size());
    if (offering.isEmpty()) {
      once.run();
      return;
    }
    for (Backend backend : offering) {
      backend.whenSettled(
          () -> {
            if (left.decrementAndGet() == 0) {
              once.run();
            }
          });
    }
    if (!called.get()) {
      world.later(LIST_MILLIS, once);
    }
  }

  public void cancel(Call call, Optional<byte[]> reason) {
    find(call.target().server()).ifPresent(backend -> backend.cancel(call, reason));
  }

  public void setLevel(byte[] level) {
    backends.values().forEach(backend -> backend.live().ifPresent(link -> link.setLevel(level)));
  }

  /** Passes the agent's notification to the running servers that may get it. */
  public void pass(Notification notification, Predicate<Backend> may) {
    for (Backend backend : backends.values()) {
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
    List<Backend> knowing =
        backends.values().stream().filter(b -> knows(b, request.method())).toList();
    return knowing.size() == 1 ? Optional.of(knowing.getFirst()) : Optional.empty();
  }

  private boolean knows(Backend backend, String method) {
    return world.decide(new Subject.UnknownMethod(backend.name(), method))
        instanceof Decision.Allowed;
  }

  /** Ends all servers at once. */
  public void close() {
    backends.values().forEach(Backend::close);
    world.endServers();
  }
}
