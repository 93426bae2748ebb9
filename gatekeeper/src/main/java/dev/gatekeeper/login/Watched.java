package dev.gatekeeper.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.redaction.Redactor;

/** Tokens that the redactor knows, under the name of their login: no other may be used. */
final class Watched {
  private final Redactor redactor;
  private final String reference;

  Watched(Redactor redactor, String reference) {
    this.redactor = redactor;
    this.reference = reference;
  }

  void watch(Tokens tokens) throws LoginException {
    watch(tokens.access());
    if (tokens.refresh().isPresent()) {
      watch(tokens.refresh().get());
    }
  }

  void watch(String token) throws LoginException {
    if (!redactor.watch(reference, token.getBytes(UTF_8))) {
      throw LoginException.fault("a token of it is too weak to be recognised and masked");
    }
  }
}
