package dev.gatekeeper.launch;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.remote.Credentials;

/** Where the access tokens of a server come from whose entry says {@code oauth}. */
public interface Logins {
  /**
   * For one session.
   *
   * @param values of the session, under the names of {@link dev.gatekeeper.broker.Broker}: wiped
   *     when this returns
   * @param connector of the entry's trust and proxy, open as long as the session
   */
  Credentials of(HttpServer server, Launch values, Connector connector) throws LaunchException;
}
