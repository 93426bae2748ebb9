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
 * <p>It is over with the session, when the vault is closed, when its issuer says so, and as soon as
 * a person logs in or out by the passphrase.
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

  private @Nullable Tokens tokens;
  private SortedSet<String> scopes;
  private Instant given;
  private long count;

  /**
   * Takes the tokens, once that is recorded.
   *
   * @param held the secret of the entry's client, where it names one; closed with the login
   * @param stamp what the login that is kept for all sessions is known by: a change ends this one
   */
  BriefLogin(
      Authorizing made,
      Tokens tokens,
      Keys.Held held,
      LoginLog log,
      Watched watched,
      InstantSource clock,
      Supplier<String> stamp)
      throws LoginException {
    this.made = made;
    this.held = held;
    this.log = log;
    this.watched = watched;
    this.clock = clock;
    this.stamp = stamp;
    this.stamped = stamp.get();
    this.scopes = tokens.scopes().orElse(made.asked());
    this.given = clock.instant();
    watched.watch(tokens);
    log.ofSession(issuer(), scopes);
    this.tokens = tokens;
    // Whoever closes the vault does not wait for a refresh under way.
    held.whenRevoked(() -> Thread.ofVirtual().name("login-forget").start(this::end));
  }

  private String issuer() {
    return made.from().authorization().issuer();
  }

  /** Whether it still counts. */
  synchronized boolean isOver() {
    if (tokens != null && !stamp.get().equals(stamped)) {
      end();
    }
    return tokens == null;
  }

  /** Its tokens are forgotten. */
  synchronized void end() {
    if (tokens != null) {
      tokens = null;
      log.forgotten(issuer());
      held.close();
    }
  }

  private Tokens present() throws LoginException {
    Tokens now = isOver() ? null : tokens;
    if (now == null) {
      throw over("the login of this session is over");
    }
    return now;
  }

  private LoginException over(String why) {
    end();
    return LoginException.needsLogin(why, made.terms().command());
  }

  private synchronized String token(Web web) throws LoginException {
    Tokens now = present();
    if (!now.isDue(given, clock.instant())) {
      return now.access();
    }
    try {
      return refreshed(now, web).access();
    } catch (LoginException e) {
      if (tokens == null || now.isOver(given, clock.instant())) {
        throw e;
      }
      return now.access();
    }
  }

  private synchronized void renew(String refused, Web web) throws LoginException {
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
      throw over("its access token is over");
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
        throw over(String.valueOf(e.getMessage()));
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

  /**
   * As one conversation with the server has it.
   *
   * @param web over its connections
   * @param kept the login in the vault, which counts once this one is over
   */
  AccessTokens by(Web web, AccessTokens kept) {
    return new Used(web, kept);
  }

  /** The login outlives the conversations that use it. */
  final class Used implements AccessTokens {
    private final Web web;
    private final AccessTokens kept;

    private Used(Web web, AccessTokens kept) {
      this.web = web;
      this.kept = kept;
    }

    @Override
    public String token() throws LoginException {
      return isOver() ? kept.token() : BriefLogin.this.token(web);
    }

    @Override
    public void renew(String refused) throws LoginException {
      if (isOver()) {
        kept.renew(refused);
      } else {
        BriefLogin.this.renew(refused, web);
      }
    }

    @Override
    public String forbidden(Challenge challenge) {
      synchronized (BriefLogin.this) {
        return isOver()
            ? kept.forbidden(challenge)
            : Refusals.forbidden(made.terms(), scopes, challenge);
      }
    }

    @Override
    public String text(LoginException fault) {
      return Refusals.text(made.terms(), fault);
    }

    @Override
    public void forget() {
      kept.forget();
    }
  }
}
