package dev.gatekeeper.login;

import dev.gatekeeper.login.discovery.Discovered;
import dev.gatekeeper.login.discovery.Discovery;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.grant.TokenEndpoint;
import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import dev.gatekeeper.redaction.Redactor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The access token of a client that is itself let in (RFC 6749 section 4.4): asked for with the
 * secret of the entry, kept in memory alone, and asked for anew when it is over.
 */
public final class ServiceLogin implements AccessTokens {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Terms terms;
  private final Keys keys;
  private final Web web;
  private final Discovery discovery;
  private final LoginLog log;
  private final Watched watched;
  private final InstantSource clock;

  private @Nullable Discovered discovered;
  private Keys.@Nullable Held held;
  private @Nullable Tokens tokens;
  private Instant given = Instant.MIN;
  private long count;

  public ServiceLogin(
      Terms terms,
      Keys keys,
      Web web,
      Discovery discovery,
      LoginLog log,
      Redactor redactor,
      InstantSource clock) {
    this.terms = terms;
    this.keys = keys;
    this.web = web;
    this.discovery = discovery;
    this.log = log;
    this.watched = new Watched(redactor, terms.oauth().key().toString());
    this.clock = clock;
  }

  @Override
  public synchronized String token() throws LoginException {
    Tokens now = tokens;
    if (now == null || now.isDue(given, clock.instant())) {
      now = ask();
    }
    return now.access();
  }

  @Override
  public synchronized void renew(String refused) throws LoginException {
    Tokens now = tokens;
    if (now != null && !now.access().equals(refused)) {
      return;
    }
    if (clock.instant().isBefore(given.plus(PAUSE))) {
      throw LoginException.refused("it refuses a token that was given just now", "fresh");
    }
    Tokens _ = ask();
  }

  private Tokens ask() throws LoginException {
    tokens = null;
    Discovered where = discovered;
    if (where == null) {
      where = discovery.of(terms.resource(), terms.oauth().issuer(), Challenge.NONE);
      discovered = where;
    }
    String issuer = where.authorization().issuer();
    try {
      Client client = Client.registered(id(), Optional.of(secret()), where.authorization());
      given = clock.instant();
      Tokens asked =
          new TokenEndpoint(web, where.authorization().token(), client)
              .byClient(terms.scopes(new TreeSet<>(), where.asked()), where.resource().toString());
      watched.watch(asked.access());
      tokens = asked;
      log.refreshed(issuer, ++count);
      return asked;
    } catch (LoginException e) {
      log.notRefreshed(issuer, e);
      throw e;
    }
  }

  private String id() throws LoginException {
    return terms
        .oauth()
        .clientId()
        .orElseThrow(() -> LoginException.fault("its entry names no \"clientId\""));
  }

  private String secret() throws LoginException {
    Keys.Held now = held;
    if (now == null) {
      now = keys.take();
      held = now;
      now.whenRevoked(() -> Thread.ofVirtual().name("login-forget").start(this::forget));
    }
    return now.clientSecret()
        .orElseThrow(() -> LoginException.fault("its entry names no \"clientSecret\""));
  }

  @Override
  public synchronized String forbidden(Challenge challenge) {
    return Refusals.forbidden(terms, terms.oauth().scopes(), challenge);
  }

  @Override
  public String text(LoginException fault) {
    return Refusals.text(terms, fault);
  }

  @Override
  public synchronized void forget() {
    Keys.Held now = held;
    held = null;
    tokens = null;
    keys.forget();
    if (now != null) {
      now.close();
    }
  }
}
