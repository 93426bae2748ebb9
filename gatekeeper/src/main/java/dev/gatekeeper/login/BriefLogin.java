package dev.gatekeeper.login;

import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.grant.TokenEndpoint;
import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A login of one session alone, made in the browser of whoever is at its client. Its tokens are in
 * memory, and known to the redactor; nobody else's session ever has them, so it is no matter for
 * others whose account it is.
 *
 * <p>It is over with the session, when the vault is closed, when its issuer says so, when its entry
 * is no longer in force as it was, and as soon as a person logs in or out by the passphrase.
 */
public final class BriefLogin {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Authorizing made;
  private final Keys.Held held;
  private final LoginLog log;
  private final Watched watched;
  private final InstantSource clock;
  private final Supplier<String> stamp;
  private final String stamped;

  private volatile boolean over;
  private @Nullable Tokens tokens;
  private SortedSet<String> scopes;
  private Instant given;
  private long count;

  /**
   * Takes the tokens, once that is recorded.
   *
   * @param held the secret of the entry's client, where it names one; closed with the login
   * @param stamp changes when a person logs in or out for all sessions, which ends this login
   * @param stamped what it was when the page was made
   */
  BriefLogin(
      Authorizing made,
      Tokens tokens,
      Keys.Held held,
      LoginLog log,
      Watched watched,
      InstantSource clock,
      Supplier<String> stamp,
      String stamped)
      throws LoginException {
    this.made = made;
    this.held = held;
    this.log = log;
    this.watched = watched;
    this.clock = clock;
    this.stamp = stamp;
    this.stamped = stamped;
    this.scopes = tokens.scopes().orElse(made.asked());
    this.given = clock.instant();
    watched.watch(tokens);
    log.ofSession(issuer(), scopes);
    this.tokens = tokens;
    // Whoever closes the vault does not wait for a refresh under way.
    held.whenRevoked(this::endSoon);
  }

  private String issuer() {
    return made.from().authorization().issuer();
  }

  /** Whether it counts no longer. Waits for nothing. */
  boolean isOver() {
    if (!over && !stamp.get().equals(stamped)) {
      Thread _ = endSoon();
    }
    return over;
  }

  /** Its tokens are forgotten, once no refresh is under way; from now on nobody gets one. */
  Thread endSoon() {
    over = true;
    return Thread.ofVirtual().name("login-forget").start(this::end);
  }

  private synchronized void end() {
    over = true;
    if (tokens != null) {
      tokens = null;
      log.forgotten(issuer());
      held.close();
    }
  }

  private Tokens present() throws LoginException {
    Tokens now = isOver() ? null : tokens;
    if (now == null) {
      throw ended("the login of this session is over");
    }
    return now;
  }

  private LoginException ended(String why) {
    end();
    return LoginException.needsLogin(why, made.terms().command());
  }

  /** As {@link AccessTokens#token}, over these connections. */
  synchronized String token(Web web) throws LoginException {
    Tokens now = present();
    if (!now.isDue(given, clock.instant())) {
      return now.access();
    }
    try {
      return refreshed(now, web).access();
    } catch (LoginException e) {
      if (over || now.isOver(given, clock.instant())) {
        throw e;
      }
      return now.access();
    }
  }

  /** As {@link AccessTokens#renew}, over these connections. */
  synchronized void renew(String refused, Web web) throws LoginException {
    Tokens now = present();
    if (!now.access().equals(refused)) {
      return;
    }
    if (clock.instant().isBefore(given.plus(PAUSE))) {
      throw LoginException.refused("it refuses a token that was given just now", "fresh");
    }
    Tokens _ = refreshed(now, web);
  }

  private Tokens refreshed(Tokens from, Web web) throws LoginException {
    Optional<String> refresh = from.refresh();
    if (refresh.isEmpty()) {
      throw ended("its access token is over");
    }
    try {
      Tokens next =
          new TokenEndpoint(web, made.from().authorization().token(), client())
              .byRefresh(refresh.get(), made.from().resource().toString());
      watched.watch(next);
      scopes = next.scopes().orElse(scopes);
      given = clock.instant();
      Tokens whole =
          new Tokens(
              next.access(), next.refresh().or(() -> refresh), next.lifetime(), next.scopes());
      tokens = whole;
      log.refreshed(issuer(), ++count);
      return whole;
    } catch (LoginException e) {
      log.notRefreshed(issuer(), e);
      if (e.kind() == LoginException.Kind.REFUSED
          && SessionLogin.isFinal(e.code(), made.client())) {
        throw ended(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /** Us, with the secret that the entry names. */
  private Client client() {
    Client client = made.client();
    if (client.method() == Client.Method.NONE || client.secret().isPresent()) {
      return client;
    }
    return new Client(client.id(), held.clientSecret(), client.method());
  }

  /** As {@link AccessTokens#forbidden}. */
  synchronized String forbidden(Challenge challenge) {
    return Refusals.forbidden(made.terms(), scopes, challenge);
  }
}
