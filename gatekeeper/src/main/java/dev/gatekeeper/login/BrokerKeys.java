package dev.gatekeeper.login;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.BrokerException;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.login.web.LoginException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys of a login as a session has them: from the broker, like any secret of an entry. */
public final class BrokerKeys implements Keys {
  private final Broker broker;
  private final HttpServer server;
  private final LaunchContext context;

  /**
   * @param server of a list that is in force
   */
  public BrokerKeys(Broker broker, HttpServer server, LaunchContext context) {
    this.broker = broker;
    this.server = server;
    this.context = context;
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

  @Override
  public Held take() throws LoginException {
    OAuth oauth = server.oauth().orElseThrow();
    SortedMap<String, Reference> places = places(oauth);
    try {
      return new Granted(broker.credentials(server, places, context), places);
    } catch (BrokerException e) {
      String why = String.valueOf(e.getMessage());
      String lacks = "gatekeeper vault put " + oauth.key().name();
      if (e.hint().equals(Optional.of(lacks))) {
        throw LoginException.needsLogin(
            "nobody has logged in", "gatekeeper login " + server.name());
      }
      throw e.hint().isPresent()
          ? LoginException.fault(why, "a person types " + e.hint().get())
          : LoginException.fault(why);
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
