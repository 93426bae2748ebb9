package dev.gatekeeper.cli.doctor;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.login.file.LoginFile;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.Logins;
import java.io.IOException;
import java.util.Optional;

/**
 * How the login of an entry stands, told from its file without its key: whether the tokens are
 * still taken, the issuer alone knows.
 *
 * @param fit whether sessions can get a token by it, as far as can be seen
 * @param text a clause for a person
 */
public record LoginState(boolean fit, String text) {
  /** Of a server whose entry says {@code oauth}; empty where nobody logs in. */
  public static Optional<LoginState> of(HttpServer server, Home home) {
    return server.oauth().map(oauth -> of(server.name(), oauth, home));
  }

  private static LoginState of(String server, OAuth oauth, Home home) {
    if (oauth.grant() == OAuth.Grant.CLIENT_CREDENTIALS) {
      return new LoginState(true, "the client logs in by itself");
    }
    try {
      return Logins.in(home)
          .read(oauth.login())
          .map(LoginFile::header)
          .map(LoginState::of)
          .orElse(new LoginState(false, "not logged in: gatekeeper login " + server));
    } catch (IOException e) {
      return new LoginState(false, "its login cannot be read: gatekeeper login " + server);
    }
  }

  private static LoginState of(LoginHeader header) {
    StringBuilder text = new StringBuilder("logged in at ").append(header.issuer());
    header.expires().ifPresent(end -> text.append(", this token until ").append(end));
    if (header.attempt().isPresent()) {
      text.append("; nobody knows how its last refresh ended");
    }
    return new LoginState(true, text.toString());
  }
}
