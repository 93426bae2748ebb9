package dev.gatekeeper.login;

import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.remote.Credentials;
import java.util.List;
import java.util.Optional;

/** An access token as the conversation with a server wants it (RFC 6750 section 2.1). */
public final class LoginCredentials implements Credentials {
  private static final String SCHEME = "Bearer ";
  private static final int UNAUTHORIZED = 401;

  private final AccessTokens tokens;
  private volatile boolean over;

  public LoginCredentials(AccessTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public Optional<String> authorization() throws CredentialsException {
    try {
      String token = tokens.token();
      requireSession();
      return Optional.of(SCHEME + token);
    } catch (LoginException e) {
      throw new CredentialsException(tokens.text(e), needsLogin(e));
    }
  }

  @Override
  public Verdict refused(int status, Optional<String> sent, List<String> challenges) {
    if (status != UNAUTHORIZED) {
      return new Verdict.Refused(tokens.forbidden(Challenge.of(challenges)));
    }
    try {
      tokens.renew(sent.map(value -> value.substring(SCHEME.length())).orElse(""));
      requireSession();
      return new Verdict.Again();
    } catch (LoginException e) {
      String text = tokens.text(e);
      return needsLogin(e) ? new Verdict.NeedsLogin(text) : new Verdict.Refused(text);
    }
  }

  private static boolean needsLogin(LoginException fault) {
    return fault.kind() == LoginException.Kind.NEEDS_LOGIN;
  }

  /** Who waited while the session ended has taken the keys anew: they are given back. */
  private void requireSession() throws LoginException {
    if (over) {
      tokens.forget();
      throw LoginException.fault("the session with it is over");
    }
  }

  @Override
  public void forget() {
    over = true;
    tokens.forget();
  }
}
