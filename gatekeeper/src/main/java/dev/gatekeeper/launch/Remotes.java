package dev.gatekeeper.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.broker.Login;
import dev.gatekeeper.downstream.DownstreamListener;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.remote.Conversation;
import dev.gatekeeper.remote.Credentials;
import dev.gatekeeper.remote.RemoteSpec;
import dev.gatekeeper.remote.Suspensions;
import dev.gatekeeper.wire.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sessions with servers elsewhere. Not loaded where no entry names one: HTTP and TLS cost a third
 * of a second.
 */
final class Remotes {
  private final Optional<Logins> logins;
  private final List<Conversation> all = new ArrayList<>();
  private boolean ended;

  Remotes(Optional<Logins> logins) {
    this.logins = logins;
  }

  /**
   * Begins a session as its entry says, with the values that it was granted.
   *
   * @param authorities digest of the file that the entry names as {@code ca}, where it counts
   */
  Conversation begin(
      HttpServer server,
      Optional<String> authorities,
      Launch values,
      WireLimits limits,
      DownstreamListener listener)
      throws LaunchException {
    SortedMap<String, String> headers = new TreeMap<>();
    for (String header : server.headers().keySet()) {
      headers.put(header, text(values, Broker.HEADER + header));
    }
    try {
      RemoteSpec spec =
          new RemoteSpec(server.name(), Address.parse(text(values, Broker.URL)), headers, limits);
      Connector connector =
          Connector.of(
              server.certificates(values.directory(), values.outline().home()),
              authorities,
              server.proxy());
      Conversation begun;
      try {
        begun =
            Conversation.begin(
                spec,
                connector,
                credentials(server, values, connector),
                Suspensions.ofMachine(),
                new SessionMask(server.name(), listener));
      } catch (LaunchException e) {
        connector.close();
        throw e;
      }
      boolean late;
      synchronized (this) {
        late = ended;
        all.removeIf(Conversation::isGone);
        all.add(begun);
      }
      if (late) {
        begun.stopNow(Duration.ZERO);
        throw new LaunchException("the session is ending");
      }
      return begun;
    } catch (HttpFault e) {
      throw new LaunchException(e.getMessage());
    }
  }

  /** What there is of a login for it. */
  Login login(HttpServer server) {
    return logins.map(given -> given.state(server)).orElse(Login.NONE);
  }

  /** As {@link Launching#offerLogin}. */
  Logins.Offer offerLogin(HttpServer server, Optional<String> authorities, LaunchContext context)
      throws Logins.NoLoginException {
    if (logins.isEmpty()) {
      throw new Logins.NoLoginException("it needs a login, which only serve has");
    }
    Connector connector;
    try {
      connector = Connector.of(context.certificates(server), authorities, server.proxy());
    } catch (HttpFault e) {
      throw new Logins.NoLoginException(e.getMessage());
    }
    try {
      return logins.get().offer(server, connector);
    } catch (Logins.NoLoginException | RuntimeException e) {
      connector.close();
      throw e;
    }
  }

  void retainLogins(Collection<Server> servers) {
    logins.ifPresent(given -> given.retain(servers));
  }

  private static String text(Launch values, String name) {
    byte[] value = values.value(name);
    String text = new String(value, UTF_8);
    Arrays.fill(value, (byte) 0);
    return text;
  }

  private Credentials credentials(HttpServer server, Launch values, Connector connector)
      throws LaunchException {
    if (server.oauth().isEmpty()) {
      return Credentials.none(server.name(), !server.headers().isEmpty());
    }
    if (logins.isEmpty()) {
      throw new LaunchException("it needs a login, which only serve has");
    }
    return logins.get().of(server, values, connector);
  }

  /** Ends all of them at once; from now on none begins. */
  void endAll(Duration budget) {
    List<Conversation> ending;
    synchronized (this) {
      ended = true;
      ending = List.copyOf(all);
    }
    List<Thread> threads =
        ending.stream()
            .map(
                one ->
                    Thread.ofPlatform()
                        .daemon()
                        .name("gatekeeper-farewell")
                        .start(() -> one.stopNow(budget)))
            .toList();
    logins.ifPresent(given -> given.endAll(budget));
    try {
      for (Thread thread : threads) {
        boolean _ = thread.join(budget);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
