package dev.gatekeeper.login.grant;

import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.Document;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;

/** Where grants become tokens (RFC 6749 sections 4.1.3, 4.4.2, 6; RFC 7009). */
public final class TokenEndpoint {
  /** Longest token that is kept: a header of more is refused by most servers. */
  public static final int MAX_TOKEN = 16 << 10;

  private static final long MAX_LIFETIME = 10L * 365 * 24 * 3600;

  private final Web web;
  private final URI token;
  private final Client client;

  public TokenEndpoint(Web web, URI token, Client client) {
    this.web = web;
    this.token = token;
    this.client = client;
  }

  /**
   * Tokens for a code.
   *
   * @param redirect the address that was in the authorization request
   * @param resource of RFC 8707
   */
  public Tokens byCode(String code, URI redirect, Pkce pkce, String resource)
      throws LoginException {
    return ask(
        new Form()
            .with("grant_type", "authorization_code")
            .with("code", code)
            .with("redirect_uri", redirect.toString())
            .with("code_verifier", pkce.verifier())
            .with("resource", resource));
  }

  /** Further tokens. Where none replaces it, the refresh token stays valid. */
  public Tokens byRefresh(String refresh, String resource) throws LoginException {
    return ask(
        new Form()
            .with("grant_type", "refresh_token")
            .with("refresh_token", refresh)
            .with("resource", resource));
  }

  /** A token for the client itself. */
  public Tokens byClient(Collection<String> scopes, String resource) throws LoginException {
    Form form = new Form().with("grant_type", "client_credentials").with("resource", resource);
    return ask(scopes.isEmpty() ? form : form.with("scope", String.join(" ", scopes)));
  }

  /**
   * Says that tokens are no longer wanted (RFC 7009): of unknown ones a server says no fault. The
   * refresh token goes first, since whoever has it makes access tokens.
   */
  public void revoke(URI revocation, Optional<String> refresh, String access)
      throws LoginException {
    if (refresh.isPresent()) {
      revoke(revocation, refresh.get(), "refresh_token");
    }
    revoke(revocation, access, "access_token");
  }

  private void revoke(URI revocation, String value, String kind) throws LoginException {
    Form form = new Form().with("token", value).with("token_type_hint", kind);
    Web.Answer answer = web.send(form.post(revocation, client));
    if (answer.status() / 100 != 2) {
      throw refusal(revocation, answer);
    }
  }

  private Tokens ask(Form form) throws LoginException {
    Web.Answer answer = web.send(form.post(token, client));
    if (answer.status() != 200) {
      throw refusal(token, answer);
    }
    Document document = Document.parse("the answer of the token endpoint", answer.body());
    if (!document.required("token_type").equalsIgnoreCase("bearer")) {
      throw LoginException.fault("the token endpoint gives tokens of a kind that we do not speak");
    }
    Optional<String> scope = document.text("scope");
    Optional<SortedSet<String>> scopes = scope.map(Challenge::scopes);
    return new Tokens(
        fit(document.required("access_token")),
        fit(document.text("refresh_token")),
        lifetime(document.count("expires_in")),
        scopes);
  }

  /** A token that is over when it is given is none: of 0 nobody knows what it means. */
  private static Optional<Duration> lifetime(OptionalLong seconds) {
    return seconds.orElse(0) == 0
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(Math.min(seconds.getAsLong(), MAX_LIFETIME)));
  }

  private static Optional<String> fit(Optional<String> token) throws LoginException {
    return token.isEmpty() ? token : Optional.of(fit(token.get()));
  }

  /** Visible ASCII: nothing that would end a header and begin another. */
  private static String fit(String token) throws LoginException {
    boolean fit = token.length() <= MAX_TOKEN && token.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    if (!fit) {
      throw LoginException.fault("the token endpoint gives what cannot stand in a header");
    }
    return token;
  }

  static LoginException refusal(URI asked, Web.Answer answer) {
    String host = asked.getHost();
    int status = answer.status();
    if (status >= 500 || status == 429 || status == 408) {
      return LoginException.unreachable(host + " answers " + status);
    }
    String code = "status " + status;
    try {
      code =
          Document.parse("the refusal", answer.body())
              .text("error")
              .filter(word -> word.matches("[a-z_.:-]{1,64}"))
              .orElse(code);
    } catch (LoginException e) {
      // the status says it
    }
    return LoginException.refused(host + " refuses: " + code, code);
  }
}
