package dev.gatekeeper.login;

import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.login.discovery.Discovered;
import dev.gatekeeper.login.grant.AuthorizationRequest;
import dev.gatekeeper.login.grant.Client;
import dev.gatekeeper.login.grant.Redirected;
import dev.gatekeeper.login.grant.Registration;
import dev.gatekeeper.login.grant.TokenEndpoint;
import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import java.net.URI;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A login under way: what passes between us, a browser and the authorization server. Every call
 * waits for answers of that server.
 */
public final class Authorizing {
  private final Terms terms;
  private final Discovered from;
  private final Web web;
  private final SortedSet<String> asked;

  /** As it is kept: without the secret that the entry names. */
  private final Client kept;

  private final Client used;
  private final AuthorizationRequest request;

  private Authorizing(
      Terms terms,
      Discovered from,
      Web web,
      SortedSet<String> asked,
      Client kept,
      Client used,
      URI redirect) {
    this.terms = terms;
    this.from = from;
    this.web = web;
    this.asked = asked;
    this.kept = kept;
    this.used = used;
    this.request = new AuthorizationRequest(from, used, redirect, asked);
  }

  /**
   * Makes ourselves known where that is due: as a client that was registered by hand, else by a
   * document, else by registering.
   *
   * @param asked the scopes
   * @param secret what the entry names for its client; empty where it names none
   * @param redirect where the browser comes back to
   */
  public static Authorizing begin(
      Terms terms,
      Discovered from,
      Web web,
      SortedSet<String> asked,
      Optional<String> secret,
      URI redirect)
      throws LoginException {
    OAuth oauth = terms.oauth();
    if (oauth.clientId().isPresent()) {
      Client own = Client.registered(oauth.clientId().get(), secret, from.authorization());
      Client kept = new Client(own.id(), Optional.empty(), own.method());
      return new Authorizing(terms, from, web, asked, kept, own, redirect);
    }
    boolean document =
        oauth.clientMetadata().isPresent() && from.authorization().metadataDocuments();
    Client client =
        document
            ? Client.open(oauth.clientMetadata().get())
            : Registration.register(web, from.authorization(), redirect, asked);
    return new Authorizing(terms, from, web, asked, client, client, redirect);
  }

  /** What a browser opens, and what its answer has to carry. */
  public AuthorizationRequest request() {
    return request;
  }

  /** What the browser came back with becomes tokens. */
  public Tokens end(Redirected answer) throws LoginException {
    String code = request.code(answer);
    return request.exchange(code, new TokenEndpoint(web, from.authorization().token(), used));
  }

  /** Of tokens that cannot be kept nobody else is to make use; where that fails they end. */
  public void giveBack(Tokens tokens) {
    try {
      if (from.authorization().revocation().isPresent()) {
        new TokenEndpoint(web, from.authorization().token(), used)
            .revoke(from.authorization().revocation().get(), tokens.refresh(), tokens.access());
      }
    } catch (LoginException e) {
      return; // what is told is why they are not kept
    }
  }

  public Terms terms() {
    return terms;
  }

  public Discovered from() {
    return from;
  }

  /** The scopes that were asked for. */
  public SortedSet<String> asked() {
    return asked;
  }

  /** Us, without the secret that the entry names. */
  public Client client() {
    return kept;
  }
}
