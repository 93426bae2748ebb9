package dev.gatekeeper.launch;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.Login;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.remote.Credentials;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

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

  /** What there is of a login for an entry as it is now. */
  Login state(HttpServer server);

  /**
   * Makes ready a login that this session alone will have. Waits for the network.
   *
   * @param connector of the entry's trust and proxy, closed with the offer
   */
  Offer offer(HttpServer server, Connector connector) throws NoLoginException;

  /**
   * From now on these servers are in force, and no others: what others have of this session ends.
   */
  void retain(Collection<Server> servers);

  /** The session ends, with its logins. */
  void endAll(Duration budget);

  /** A page at which a person can log in. To be closed, whatever came of it. */
  interface Offer extends AutoCloseable {
    /** What a browser opens: an address of https, or of this machine. */
    URI address();

    /** What it is for: a clause, which may quote the server. */
    String text();

    /** Whether a person has logged in otherwise meanwhile: nobody needs it then. */
    boolean isMoot();

    /**
     * Waits until the person has logged in, here or otherwise.
     *
     * @throws NoLoginException where that did not come about
     */
    void await(Duration patience) throws NoLoginException;

    @Override
    void close();
  }

  /** Why no login came about. The message quotes no more of a server than an error code. */
  final class NoLoginException extends Exception {
    private static final long serialVersionUID = 1;

    public NoLoginException(@Nullable String message) {
      super(message);
    }
  }
}
