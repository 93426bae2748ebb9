package dev.gatekeeper.cli.login;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.login.file.LoginFile;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.Logins;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** What can be said of a server's login without its key: what its file says in the open. */
public final class LoginState {
  private final HttpServer server;
  private final OAuth oauth;
  private final Optional<LoginHeader> header;
  private final How how;

  /** What lies in the folder. */
  private enum How {
    WHOLE,
    /** The command was killed: the next use finds out whether the vault had its key by then. */
    CUT_SHORT,
    BROKEN
  }

  private LoginState(HttpServer server, OAuth oauth, Optional<LoginHeader> header, How how) {
    this.server = server;
    this.oauth = oauth;
    this.header = header;
    this.how = how;
  }

  /** Of a server; empty where its entry names no login. */
  public static Optional<LoginState> of(Home home, HttpServer server) {
    if (server.oauth().isEmpty() || !Logins.isName(server.oauth().get().login())) {
      return Optional.empty();
    }
    OAuth oauth = server.oauth().get();
    try {
      Logins logins = Logins.in(home);
      Optional<LoginFile> file = logins.read(oauth.login());
      How how = file.isPresent() ? How.WHOLE : How.CUT_SHORT;
      if (file.isEmpty()) {
        file = logins.readNext(oauth.login());
      }
      return Optional.of(new LoginState(server, oauth, file.map(LoginFile::header), how));
    } catch (IOException e) {
      return Optional.of(new LoginState(server, oauth, Optional.empty(), How.BROKEN));
    }
  }

  /** Whether sessions can get a token by it, as far as can be seen without asking anybody. */
  public boolean isFit() {
    return header.isPresent() || oauth.grant() == OAuth.Grant.CLIENT_CREDENTIALS;
  }

  /** One word for scripts. */
  public String word(Instant now) {
    if (oauth.grant() == OAuth.Grant.CLIENT_CREDENTIALS) {
      return "client";
    }
    return header
        .map(is -> isOver(is, now) ? "due" : "logged-in")
        .orElse(how == How.BROKEN ? "broken" : "none");
  }

  private static boolean isOver(LoginHeader header, Instant now) {
    return header.expires().map(end -> !now.isBefore(end)).orElse(false);
  }

  /** A sentence for people. What the file says is not proved, and may be anybody's words. */
  public String text(Instant now) {
    if (oauth.grant() == OAuth.Grant.CLIENT_CREDENTIALS) {
      return "by the secret of its entry: nobody logs in";
    }
    String command = "gatekeeper login " + server.name();
    if (header.isEmpty()) {
      return (how == How.BROKEN ? "its file cannot be read. " : "nobody has logged in. ")
          + "A person types: "
          + command;
    }
    LoginHeader is = header.get();
    return "as "
        + is.login()
        + " by "
        + is.issuer()
        + is.expires().map(end -> ended(end, now)).orElse("")
        + (is.scopes().isEmpty() ? "" : ", scopes " + String.join(" ", is.scopes()))
        + (how == How.CUT_SHORT ? ". It was cut short: its next use shows whether it counts" : "");
  }

  private static String ended(Instant end, Instant now) {
    return now.isBefore(end)
        ? ", token until " + end
        : ", token over since " + end + ": refreshed at its next use";
  }

  /** The same for scripts. */
  public void print(JsonWriter object, Instant now) {
    object.put("state", word(now)).put("login", oauth.login());
    header.ifPresent(
        is -> {
          object.put("issuer", is.issuer());
          is.expires().ifPresent(end -> object.put("expires", end.toString()));
          object.array("scopes", array -> is.scopes().forEach(array::add));
        });
  }
}
