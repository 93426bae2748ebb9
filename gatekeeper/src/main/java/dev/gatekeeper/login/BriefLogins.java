package dev.gatekeeper.login;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.login.browser.Redirect;
import dev.gatekeeper.login.discovery.Discovered;
import dev.gatekeeper.login.discovery.Discovery;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.grant.Redirected;
import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import dev.gatekeeper.redaction.Redactor;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The {@linkplain BriefLogin logins} that one session has by itself, each for one entry. */
public final class BriefLogins {
  private final Logins logins;
  private final AuditLog log;
  private final Redactor redactor;
  private final InstantSource clock;
  private final Map<Terms, BriefLogin> all = new HashMap<>();

  public BriefLogins(Logins logins, AuditLog log, Redactor redactor, InstantSource clock) {
    this.logins = logins;
    this.log = log;
    this.redactor = redactor;
    this.clock = clock;
  }

  /** Whether there is one for an entry just as it is now. */
  public boolean has(Terms terms) {
    return find(terms).isPresent();
  }

  /**
   * The tokens of the one that there is.
   *
   * @param web over connections of the entry's
   * @param kept the login in the vault, which counts once that one is over
   */
  public Optional<AccessTokens> of(Terms terms, Web web, AccessTokens kept) {
    return find(terms).map(login -> login.by(web, kept));
  }

  private synchronized Optional<BriefLogin> find(Terms terms) {
    all.values().removeIf(BriefLogin::isOver);
    return Optional.ofNullable(all.get(terms));
  }

  private synchronized void add(Terms terms, BriefLogin login) {
    BriefLogin before = all.put(terms, login);
    if (before != null) {
      before.end();
    }
  }

  /**
   * Asks the server where to log in, and makes ourselves known there. Waits.
   *
   * @param web over connections of the entry's, open as long as the offer
   * @param proxied whether they lead through a proxy
   */
  public Offer offer(Terms terms, Web web, boolean proxied, Keys keys) throws LoginException {
    Discovered from = new Discovery(web, proxied).of(terms.resource(), terms.oauth().issuer());
    SortedSet<String> asked = terms.scopes(new TreeSet<>(), PersonalLogin.offered(from));
    ServerSocket bound = Redirect.bind(terms.oauth().redirectPort());
    Keys.Held held = null;
    try {
      held = keys.take();
      Authorizing made =
          Authorizing.begin(
              terms, from, web, asked, held.clientSecret(), Redirect.address(bound.getLocalPort()));
      return new Offer(made, bound, held);
    } catch (LoginException | RuntimeException e) {
      if (held != null) {
        held.close();
      }
      close(bound);
      throw e;
    }
  }

  private static void close(ServerSocket bound) {
    try {
      bound.close();
    } catch (IOException e) {
      return; // it is not listened to any more
    }
  }

  /** A page that waits for a person. To be closed, whatever came of it. */
  public final class Offer implements AutoCloseable {
    private final Authorizing made;
    private final URI address;
    private final Redirect redirect;
    private final Keys.Held held;
    private boolean taken;

    private Offer(Authorizing made, ServerSocket bound, Keys.Held held) throws LoginException {
      this.made = made;
      this.held = held;
      this.address = made.request().address();
      this.redirect = Redirect.at(bound, made.request().state());
    }

    /** What a browser opens. */
    public URI address() {
      return address;
    }

    /** What a person reads before: which server, where to log in, for which scopes. */
    public String text() {
      SortedSet<String> scopes = made.asked();
      return "to log in to "
          + made.terms().server()
          + " at "
          + made.terms().resource().origin()
          + ", by the page of "
          + made.from().authorization().issuer()
          + (scopes.isEmpty() ? "" : ", for " + String.join(" ", scopes));
    }

    /**
     * Waits for the browser, and takes the login: from then on the session has it.
     *
     * @throws LoginException where it did not come back in time, or brought no login
     */
    public void await(Duration patience) throws LoginException {
      Optional<Redirected> answer = redirect.await(patience);
      if (answer.isEmpty()) {
        throw LoginException.fault(
            "the browser did not come back within " + patience.toSeconds() + " s");
      }
      Tokens tokens = made.end(answer.get());
      Terms terms = made.terms();
      try {
        add(
            terms,
            new BriefLogin(
                made,
                tokens,
                held,
                new LoginLog(log, terms),
                new Watched(redactor, terms.oauth().key().toString()),
                clock,
                () -> logins.stamp(terms.oauth().login())));
        taken = true;
      } catch (LoginException e) {
        made.giveBack(tokens);
        throw e;
      }
    }

    @Override
    public void close() {
      redirect.close();
      if (!taken) {
        held.close();
      }
    }
  }
}
