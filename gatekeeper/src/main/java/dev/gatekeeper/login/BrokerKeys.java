package dev.gatekeeper.login;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.BrokerException;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.login.web.LoginException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys of a login as a session has them: from the broker, like any secret of an entry. */
public final class BrokerKeys implements Keys {
  private final Broker broker;
  private final HttpServer server;
  private final LaunchContext context;
  private Optional<Held> first;

  /**
   * @param server of a list that is in force
   * @param given what the session with it was granted, for as long as it lasts; its values are
   *     copied before this returns
   */
  public BrokerKeys(Broker broker, HttpServer server, LaunchContext context, Launch given) {
    this.broker = broker;
    this.server = server;
    this.context = context;
    this.first = Optional.of(new Copied(given, places(server.oauth().orElseThrow()).keySet()));
  }

  /**
   * The same for a session that was granted none of them.
   *
   * @param server of a list that is in force
   */
  public BrokerKeys(Broker broker, HttpServer server, LaunchContext context) {
    this.broker = broker;
    this.server = server;
    this.context = context;
    this.first = Optional.empty();
  }

  /** What a login that one session alone has needs: it has no key in the vault. */
  public static Keys ofOwnLogin(Broker broker, HttpServer server, LaunchContext context) {
    SortedMap<String, Reference> places = new TreeMap<>();
    server
        .oauth()
        .orElseThrow()
        .clientSecret()
        .ifPresent(secret -> places.put(CLIENT_SECRET, secret));
    return () -> {
      try {
        return new Granted(broker.ownLogin(server, places, context), places);
      } catch (BrokerException e) {
        throw fault(e);
      }
    };
  }

  /** Under which names the secrets of a login are granted. */
  public static SortedMap<String, Reference> places(OAuth oauth) {
    SortedMap<String, Reference> places = new TreeMap<>();
    if (oauth.grant() == OAuth.Grant.AUTHORIZATION_CODE) {
      places.put(KEY, oauth.key());
    }
    oauth.clientSecret().ifPresent(secret -> places.put(CLIENT_SECRET, secret));
    return places;
  }

  /** At first what the session was granted; once that is given back, what there is by then. */
  @Override
  public synchronized Held take() throws LoginException {
    Optional<Held> granted = first;
    first = Optional.empty();
    return granted.isPresent() ? granted.get() : anew();
  }

  @Override
  public synchronized void forget() {
    first.ifPresent(Held::close);
    first = Optional.empty();
  }

  private Held anew() throws LoginException {
    OAuth oauth = server.oauth().orElseThrow();
    SortedMap<String, Reference> places = places(oauth);
    try {
      return new Granted(broker.credentials(server, places, context), places);
    } catch (BrokerException e) {
      if (e.needsLogin()) {
        throw LoginException.needsLogin("nobody has logged in", e.hint().orElseThrow());
      }
      throw fault(e);
    }
  }

  private static LoginException fault(BrokerException e) {
    String why = String.valueOf(e.getMessage());
    return e.hint().isPresent()
        ? LoginException.fault(why, "a person types " + e.hint().get())
        : LoginException.fault(why);
  }

  /** The session's own, which ends it, and this with it, when the vault is closed. */
  private static final class Copied implements Held {
    private final Map<String, byte[]> values = new TreeMap<>();

    Copied(Launch launch, Set<String> variables) {
      variables.forEach(variable -> values.put(variable, launch.value(variable)));
    }

    @Override
    public synchronized Optional<byte[]> value(String variable) {
      return Optional.ofNullable(values.get(variable)).map(byte[]::clone);
    }

    @Override
    public void whenRevoked(Runnable end) {}

    @Override
    public synchronized void close() {
      values.values().forEach(value -> Arrays.fill(value, (byte) 0));
      values.clear();
    }
  }

  private record Granted(Launch launch, SortedMap<String, Reference> places) implements Held {
    @Override
    public Optional<byte[]> value(String variable) {
      return places.containsKey(variable) ? Optional.of(launch.value(variable)) : Optional.empty();
    }

    @Override
    public void whenRevoked(Runnable end) {
      launch.whenRevoked(end);
    }

    @Override
    public void close() {
      launch.close();
    }
  }
}
