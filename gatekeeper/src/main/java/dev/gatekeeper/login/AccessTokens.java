package dev.gatekeeper.login;

import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.LoginException;

/**
 * The access token for one server, in one session. Every call may wait: for a disk, for the login's
 * lock (60 s), and for each answer that it needs of a server (45 s). Every token that comes of it
 * is known to the redactor before.
 */
public sealed interface AccessTokens permits SessionLogin, ServiceLogin, BriefLogins.Used {
  /** The one that is valid now. */
  String token() throws LoginException;

  /**
   * The server has refused this token.
   *
   * @throws LoginException where there is no other one
   */
  void renew(String refused) throws LoginException;

  /** The server wants more than the token may: a clause of which it is the subject. */
  String forbidden(Challenge challenge);

  /** A fault as such a clause. */
  String text(LoginException fault);

  /** Tokens and keys are forgotten; what follows takes them anew. */
  void forget();
}
