package dev.gatekeeper.login;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.login.browser.Redirect;
import dev.gatekeeper.login.discovery.Discovered;
import dev.gatekeeper.login.discovery.Discovery;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.grant.Redirected;
import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import dev.gatekeeper.redaction.Redactor;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The {@linkplain BriefLogin logins} that one session has by itself, each for one entry. */
public final class BriefLogins {
  /** Of the name of an issuer, for somebody who is to read it. */
  private static final int MAX_SHOWN = 200;

  private static final Duration LOOK = Duration.ofMillis(500);

  private final Logins logins;
  private final AuditLog log;
  private final Redactor redactor;
  private final InstantSource clock;
  private final Map<Terms, BriefLogin> all = new HashMap<>();
  private final Set<Offer> offers = new HashSet<>();

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
   * As one conversation with the server has it: a login of the session's own, where there is one at
   * the time of a request; they come and go while it lasts.
   *
   * @param web over the conversation's connections
   * @param kept the login in the vault, which counts where there is no other
   */
  public AccessTokens over(Terms terms, Web web, AccessTokens kept) {
    return new Used(terms, web, kept);
  }

  private synchronized Optional<BriefLogin> find(Terms terms) {
    return Optional.ofNullable(all.get(terms)).filter(login -> !login.isOver());
  }

  private synchronized void add(Offer offer, BriefLogin login) throws LoginException {
    if (!offers.contains(offer)) {
      Thread _ = login.endSoon();
      throw LoginException.fault("its entry is no longer in force");
    }
    BriefLogin before = all.put(offer.made.terms(), login);
    if (before != null) {
      Thread _ = before.endSoon();
    }
  }

  /** From now on these entries are in force, and no others: logins and pages of others end. */
  public void retain(Set<Terms> inForce) {
    List<Thread> _ = ending(inForce);
  }

  /** The session ends; waits no longer than for a moment. */
  public void endAll(Duration most) {
    try {
      for (Thread ending : ending(Set.of())) {
        boolean _ = ending.join(most);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Thread> ending(Set<Terms> inForce) {
    List<Thread> ending = new ArrayList<>();
    List<Offer> closing = new ArrayList<>();
    synchronized (this) {
      all.forEach(
          (terms, login) -> {
            if (!inForce.contains(terms)) {
              ending.add(login.endSoon());
            }
          });
      all.keySet().retainAll(inForce);
      for (Offer offer : offers) {
        if (!inForce.contains(offer.made.terms())) {
          closing.add(offer);
        }
      }
    }
    closing.forEach(Offer::close);
    return ending;
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
    if (from.authorization().issuer().length() > MAX_SHOWN || !Refusals.isFit(asked)) {
      throw LoginException.fault(
          "what its issuer and scopes are is too much for a page to be shown");
    }
    ServerSocket bound = Redirect.bind(terms.oauth().redirectPort());
    Keys.Held held = null;
    try {
      held = keys.take();
      Authorizing made =
          Authorizing.begin(
              terms, from, web, asked, held.clientSecret(), Redirect.address(bound.getLocalPort()));
      Offer offer = new Offer(made, bound, held);
      synchronized (this) {
        offers.add(offer);
      }
      return offer;
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

  /** A login of the session's own, or the kept one. */
  final class Used implements AccessTokens {
    private final Terms terms;
    private final Web web;
    private final AccessTokens kept;

    private Used(Terms terms, Web web, AccessTokens kept) {
      this.terms = terms;
      this.web = web;
      this.kept = kept;
    }

    @Override
    public String token() throws LoginException {
      Optional<BriefLogin> own = find(terms);
      if (own.isPresent()) {
        try {
          return own.get().token(web);
        } catch (LoginException e) {
          if (!own.get().isOver()) {
            throw e;
          }
        }
      }
      return kept.token();
    }

    @Override
    public void renew(String refused) throws LoginException {
      Optional<BriefLogin> own = find(terms);
      if (own.isPresent()) {
        own.get().renew(refused, web);
      } else {
        kept.renew(refused);
      }
    }

    @Override
    public String forbidden(Challenge challenge) {
      return find(terms)
          .map(own -> own.forbidden(challenge))
          .orElseGet(() -> kept.forbidden(challenge));
    }

    @Override
    public String text(LoginException fault) {
      return kept.text(fault);
    }

    @Override
    public void forget() {
      kept.forget();
    }
  }

  /** A page that waits for a person. To be closed, whatever came of it. */
  public final class Offer implements AutoCloseable {
    private final Authorizing made;
    private final URI address;
    private final Redirect redirect;
    private final Keys.Held held;
    private final String marked;
    private volatile boolean taken;
    private volatile boolean closed;

    private Offer(Authorizing made, ServerSocket bound, Keys.Held held) throws LoginException {
      this.marked = logins.mark(made.terms().oauth().login());
      this.made = made;
      this.held = held;
      this.address = made.request().address();
      this.redirect = Redirect.at(bound, made.request().state());
      held.whenRevoked(() -> Thread.ofVirtual().name("login-forget").start(this::close));
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

    /** Whether a person has logged in for all sessions since it was made: nobody needs it then. */
    public boolean isMoot() {
      String login = made.terms().oauth().login();
      return !logins.mark(login).equals(marked) && logins.exists(login);
    }

    /**
     * Waits for the browser, and takes the login: from then on the session has it. Or a person logs
     * in for all sessions meanwhile.
     *
     * @throws LoginException where it did not come back in time, or brought no login
     */
    public void await(Duration patience) throws LoginException {
      Instant end = clock.instant().plus(patience);
      Optional<Redirected> answer = Optional.empty();
      while (answer.isEmpty() && !isMoot()) {
        if (closed || !clock.instant().isBefore(end)) {
          throw LoginException.fault("the browser did not come back in time");
        }
        answer = redirect.await(LOOK);
      }
      if (answer.isPresent()) {
        take(made.end(answer.get()));
      }
    }

    private void take(Tokens tokens) throws LoginException {
      Terms terms = made.terms();
      try {
        BriefLogin login =
            new BriefLogin(
                made,
                tokens,
                held,
                new LoginLog(log, terms),
                new Watched(redactor, terms.oauth().key().toString()),
                clock,
                () -> logins.mark(terms.oauth().login()),
                marked);
        taken = true;
        add(this, login);
      } catch (LoginException e) {
        made.giveBack(tokens);
        throw e;
      }
    }

    @Override
    public void close() {
      closed = true;
      synchronized (BriefLogins.this) {
        offers.remove(this);
      }
      redirect.close();
      if (!taken) {
        held.close();
      }
    }
  }
}
