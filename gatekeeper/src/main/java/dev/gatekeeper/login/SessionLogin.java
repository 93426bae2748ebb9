package dev.gatekeeper.login;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.login.LiveLogin.State;
import dev.gatekeeper.login.file.Kept;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.grant.TokenEndpoint;
import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import dev.gatekeeper.redaction.Redactor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The access token of a person's login, in one session: refreshed before it ends and when the
 * server refuses it, by one session of all at a time. The others take what that one got.
 *
 * <p>A refresh is announced in the file before it is sent. Where the process ends before the answer
 * is written, the next one sends the same refresh token once more: a server that has replaced it
 * and takes it no longer wants a person to log in, and nothing else is lost.
 */
public final class SessionLogin implements AccessTokens {
  /** Before its end by which a token is renewed, but no more than a tenth of its life. */
  private static final Duration LEEWAY = Duration.ofSeconds(60);

  /** Between two refreshes: a server that refuses what it has just given refuses the next one. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** After which another refresh with the same token is in vain (RFC 6749 section 5.2). */
  private static final Set<String> FINAL =
      Set.of("invalid_grant", "invalid_client", "unauthorized_client");

  private final Terms terms;
  private final Logins logins;
  private final Web web;
  private final LoginLog log;
  private final Watched watched;
  private final InstantSource clock;
  private final LiveLogin live;

  private @Nullable State state;
  private String stamp = "";
  private Instant refreshed = Instant.MIN;
  private @Nullable LoginException unreachable;

  public SessionLogin(
      Terms terms,
      Logins logins,
      Keys keys,
      Web web,
      LoginLog log,
      Redactor redactor,
      InstantSource clock) {
    this.terms = terms;
    this.logins = logins;
    this.web = web;
    this.log = log;
    this.watched = new Watched(redactor, terms.oauth().key().toString());
    this.clock = clock;
    this.live = new LiveLogin(terms, logins, keys, log, this::forgetSoon);
  }

  @Override
  public synchronized String token() throws LoginException {
    State now = state;
    boolean same = stamp.equals(logins.stamp(terms.oauth().login()));
    if (now == null || !same || isDue(now)) {
      now = settle(Optional.empty());
    }
    return now.kept().access();
  }

  @Override
  public synchronized void renew(String refused) throws LoginException {
    State now = state;
    if (now == null || now.kept().access().equals(refused)) {
      State _ = settle(Optional.of(refused));
    }
  }

  @Override
  public synchronized String forbidden(Challenge challenge) {
    State now = state;
    return Refusals.forbidden(
        terms, now == null ? new TreeSet<>() : now.header().scopes(), challenge);
  }

  @Override
  public String text(LoginException fault) {
    return Refusals.text(terms, fault);
  }

  private State settle(Optional<String> refused) throws LoginException {
    state = null;
    try (LockFile _ = live.lock()) {
      State now = live.load();
      watched.watch(now.kept().access());
      if (now.kept().refresh().isPresent()) {
        watched.watch(now.kept().refresh().get());
      }
      boolean usable = !refused.equals(Optional.of(now.kept().access()));
      if (!usable || isDue(now)) {
        now = renewed(now, usable);
      }
      state = now;
      stamp = live.isUnwritten() ? "" : logins.stamp(terms.oauth().login());
      return now;
    } catch (IOException e) {
      throw LoginException.fault("its login cannot be used: " + e.getMessage());
    }
  }

  /**
   * Refreshes.
   *
   * @param accepted whether the server has not refused the token that there is
   */
  private State renewed(State from, boolean accepted) throws LoginException {
    Optional<String> refresh = from.kept().refresh();
    boolean justNow = clock.instant().isBefore(refreshed.plus(PAUSE));
    LoginException fault;
    if (refresh.isEmpty()) {
      fault = LoginException.needsLogin("its access token is over", terms.command());
    } else if (justNow && unreachable != null) {
      fault = unreachable;
    } else if (justNow && !accepted) {
      fault = LoginException.refused("it refuses a token that was refreshed just now", "fresh");
    } else {
      try {
        return refreshed(from, refresh.get());
      } catch (LoginException e) {
        fault = e;
      } catch (IOException e) {
        fault = LoginException.fault("its login cannot be used: " + e.getMessage());
      }
    }
    if (accepted && !isOver(from)) {
      return from;
    }
    throw fault;
  }

  private State refreshed(State from, String refresh) throws LoginException, IOException {
    String issuer = from.header().issuer();
    State announced =
        new State(from.header().attempting(clock.instant().truncatedTo(SECONDS)), from.kept());
    live.write(announced);
    refreshed = clock.instant();
    unreachable = null;
    Tokens tokens;
    try {
      tokens = endpoint(from.kept()).byRefresh(refresh, from.header().resource());
      watched.watch(tokens);
    } catch (LoginException e) {
      log.notRefreshed(issuer, e);
      throw notRefreshed(announced, e);
    }
    LoginHeader header =
        announced
            .header()
            .renewed(
                tokens.lifetime().map(this::end), tokens.scopes().orElse(from.header().scopes()));
    Kept kept =
        from.kept()
            .with(
                tokens.access(),
                tokens.refresh().or(() -> Optional.of(refresh)),
                tokens.lifetime());
    State next = new State(header, kept);
    try {
      live.write(next);
    } catch (IOException e) {
      // The session goes on with what it has, and writes it when it looks at the file again.
      log.fault("login-unwritten", "a refreshed login could not be written");
    }
    log.refreshed(issuer, header.sequence());
    return next;
  }

  private LoginException notRefreshed(State announced, LoginException why) throws IOException {
    if (why.kind() != LoginException.Kind.REFUSED) {
      unreachable = why;
      return why;
    }
    if (!isFinal(why.code(), announced.kept().client())) {
      return why;
    }
    Kept kept = announced.kept();
    live.write(
        new State(
            announced.header().renewed(announced.header().expires(), announced.header().scopes()),
            kept.with(kept.access(), Optional.empty(), kept.lifetime())));
    return LoginException.needsLogin(String.valueOf(why.getMessage()), terms.command());
  }

  /** A wrong secret in the vault is put right there: the login itself is as good as before. */
  static boolean isFinal(String code, Client client) {
    boolean secretOfEntry = client.method() != Client.Method.NONE && client.secret().isEmpty();
    return FINAL.contains(code) && !(secretOfEntry && code.equals("invalid_client"));
  }

  private TokenEndpoint endpoint(Kept kept) {
    Client client = kept.client();
    if (client.method() != Client.Method.NONE && client.secret().isEmpty()) {
      client = new Client(client.id(), live.clientSecret(), client.method());
    }
    return new TokenEndpoint(web, kept.token(), client);
  }

  private Instant end(Duration lifetime) {
    return clock.instant().plus(lifetime).truncatedTo(SECONDS);
  }

  private boolean isDue(State state) {
    Duration tenth = state.kept().lifetime().orElse(LEEWAY).dividedBy(10);
    Duration leeway = tenth.compareTo(LEEWAY) < 0 ? tenth : LEEWAY;
    return state
        .header()
        .expires()
        .map(end -> !clock.instant().isBefore(end.minus(leeway)))
        .orElse(false);
  }

  private boolean isOver(State state) {
    return state.header().expires().map(end -> !clock.instant().isBefore(end)).orElse(false);
  }

  /** There was no room for it before. */
  private void writeAtLast() {
    try (LockFile _ = live.lock()) {
      State _ = live.load();
    } catch (LoginException | IOException e) {
      return; // what is lost was said when it could not be written
    }
  }

  /** The vault was closed: whoever says so must not wait for a refresh under way. */
  private void forgetSoon() {
    Thread.ofVirtual().name("login-forget").start(this::forget);
  }

  @Override
  public synchronized void forget() {
    if (live.isUnwritten()) {
      writeAtLast();
    }
    state = null;
    stamp = "";
    live.forget();
  }
}
