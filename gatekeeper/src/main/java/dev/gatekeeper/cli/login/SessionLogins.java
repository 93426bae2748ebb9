package dev.gatekeeper.cli.login;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.broker.Login;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.login.AccessTokens;
import dev.gatekeeper.login.BriefLogins;
import dev.gatekeeper.login.BrokerKeys;
import dev.gatekeeper.login.LoginCredentials;
import dev.gatekeeper.login.LoginLog;
import dev.gatekeeper.login.ServiceLogin;
import dev.gatekeeper.login.SessionLogin;
import dev.gatekeeper.login.Terms;
import dev.gatekeeper.login.discovery.Discovery;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.web.ConnectorWeb;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.remote.Credentials;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The access tokens of this person, for the sessions with remote servers. */
public final class SessionLogins implements dev.gatekeeper.launch.Logins {
  private final Home home;
  private final Broker broker;
  private final LaunchContext context;
  private final AuditLog log;
  private final Redactor redactor;
  private final InstantSource clock;
  private final BriefLogins brief;

  public SessionLogins(
      Home home,
      Broker broker,
      LaunchContext context,
      AuditLog log,
      Redactor redactor,
      InstantSource clock) {
    this.home = home;
    this.broker = broker;
    this.context = context;
    this.log = log;
    this.redactor = redactor;
    this.clock = clock;
    this.brief = new BriefLogins(Logins.in(home), log, redactor, clock);
  }

  @Override
  public Credentials of(HttpServer server, Launch values, Connector connector)
      throws LaunchException {
    try {
      Terms terms = Terms.of(server);
      // Its key is not among the values where the session had a login by itself when it began.
      BrokerKeys keys =
          values.names().containsAll(BrokerKeys.places(terms.oauth()).keySet())
              ? new BrokerKeys(broker, server, context, values)
              : new BrokerKeys(broker, server, context);
      return new LoginCredentials(
          tokens(terms, keys, new ConnectorWeb(connector), server.proxy().isPresent()));
    } catch (LoginException e) {
      throw new LaunchException(server.name() + " cannot be used: " + e.getMessage());
    }
  }

  private AccessTokens tokens(Terms terms, BrokerKeys keys, Web web, boolean proxied) {
    LoginLog records = new LoginLog(log, terms);
    return switch (terms.oauth().grant()) {
      case AUTHORIZATION_CODE ->
          brief.over(
              terms,
              web,
              new SessionLogin(terms, Logins.in(home), keys, web, records, redactor, clock));
      case CLIENT_CREDENTIALS ->
          new ServiceLogin(terms, keys, web, new Discovery(web, proxied), records, redactor, clock);
    };
  }

  @Override
  public Login state(HttpServer server) {
    Optional<Terms> terms = terms(server);
    if (terms.isEmpty()) {
      return Login.KEPT;
    }
    if (brief.has(terms.get())) {
      return Login.OWN;
    }
    return Logins.in(home).exists(terms.get().oauth().login()) ? Login.KEPT : Login.NONE;
  }

  @Override
  public Offer offer(HttpServer server, Connector connector) throws NoLoginException {
    try {
      BriefLogins.Offer made =
          brief.offer(
              Terms.of(server),
              new ConnectorWeb(connector),
              server.proxy().isPresent(),
              BrokerKeys.ofOwnLogin(broker, server, context));
      return new Offered(made, connector);
    } catch (LoginException e) {
      throw new NoLoginException(e.getMessage());
    }
  }

  @Override
  public void retain(Collection<Server> servers) {
    Set<Terms> terms = new HashSet<>();
    for (Server server : servers) {
      if (server instanceof HttpServer http && http.oauth().isPresent()) {
        terms(http).ifPresent(terms::add);
      }
    }
    brief.retain(terms);
  }

  /** Empty where something is wrong with the entry, which is said when it is used. */
  private static Optional<Terms> terms(HttpServer server) {
    try {
      return Optional.of(Terms.of(server));
    } catch (LoginException e) {
      return Optional.empty();
    }
  }

  @Override
  public void endAll(Duration budget) {
    brief.endAll(budget);
  }

  private record Offered(BriefLogins.Offer made, Connector connector) implements Offer {
    @Override
    public URI address() {
      return made.address();
    }

    @Override
    public String text() {
      return made.text();
    }

    @Override
    public boolean isMoot() {
      return made.isMoot();
    }

    @Override
    public void await(Duration patience) throws NoLoginException {
      try {
        made.await(patience);
      } catch (LoginException e) {
        throw new NoLoginException(e.getMessage());
      }
    }

    @Override
    public void close() {
      made.close();
      connector.close();
    }
  }
}
