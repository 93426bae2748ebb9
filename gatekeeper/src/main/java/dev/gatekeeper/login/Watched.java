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
    byte[] bytes = token.getBytes(UTF_8);
    requireStrong(bytes);
    boolean _ = redactor.watch(reference, bytes);
  }

  /** That tokens can be masked, and so used, at all. */
  static void requireStrong(Tokens tokens) throws LoginException {
    requireStrong(tokens.access().getBytes(UTF_8));
    if (tokens.refresh().isPresent()) {
      requireStrong(tokens.refresh().get().getBytes(UTF_8));
    }
  }

  private static void requireStrong(byte[] token) throws LoginException {
    if (!Redactor.isRecognisable(token)) {
      throw LoginException.fault(
          "its tokens are too weak to be recognised and masked ("
              + Redactor.MIN_LENGTH
              + " bytes are the least, not all alike), so they cannot be used");
    }
  }
}
