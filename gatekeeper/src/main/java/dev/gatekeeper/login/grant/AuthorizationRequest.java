package dev.gatekeeper.login.grant;

import dev.gatekeeper.login.discovery.Discovered;
import dev.gatekeeper.login.web.LoginException;
import java.net.URI;
import java.util.SortedSet;

/**
 * One authorization request (RFC 6749 section 4.1.1 with RFC 7636 and RFC 8707), and what belongs
 * to its answer. Without {@code toString}.
 */
public final class AuthorizationRequest {
  private final Discovered discovered;
  private final Client client;
  private final URI redirect;
  private final SortedSet<String> scopes;
  private final Pkce pkce = Pkce.generate();
  private final String state = Pkce.random();

  public AuthorizationRequest(
      Discovered discovered, Client client, URI redirect, SortedSet<String> scopes) {
    this.discovered = discovered;
    this.client = client;
    this.redirect = redirect;
    this.scopes = scopes;
  }

  /** What a browser opens. */
  public URI address() throws LoginException {
    URI page = discovered.authorization().page();
    Form form =
        new Form()
            .with("response_type", "code")
            .with("client_id", client.id())
            .with("redirect_uri", redirect.toString())
            .with("state", state)
            .with("code_challenge", pkce.challenge())
            .with("code_challenge_method", "S256")
            .with("resource", discovered.resource().toString());
    if (!scopes.isEmpty()) {
      form.with("scope", String.join(" ", scopes));
    }
    if (scopes.contains("offline_access")) {
      form.with("prompt", "consent"); // OpenID Connect Core 1.0 section 11
    }
    return URI.create(page + (page.getRawQuery() == null ? "?" : "&") + form.encoded());
  }

  /** What only the answer to this very request carries. */
  public String state() {
    return state;
  }

  /**
   * The code in the answer, which is of this request by its state.
   *
   * @throws LoginException where the person or the server said no, or another server answered (RFC
   *     9207)
   */
  public String code(Redirected answer) throws LoginException {
    String issuer = discovered.authorization().issuer();
    boolean must = discovered.authorization().namesItself();
    if (answer.issuer().isPresent() ? !answer.issuer().get().equals(issuer) : must) {
      throw LoginException.fault(
          "the browser came back from another authorization server than " + issuer);
    }
    if (answer.error().isPresent()) {
      String code = answer.error().get();
      throw LoginException.refused(issuer + " refuses: " + code, code);
    }
    return answer
        .code()
        .orElseThrow(() -> LoginException.fault("the browser came back without a code"));
  }

  /** The code becomes tokens. */
  public Tokens exchange(String code, TokenEndpoint endpoint) throws LoginException {
    return endpoint.byCode(code, redirect, pkce, discovered.resource().toString());
  }
}
