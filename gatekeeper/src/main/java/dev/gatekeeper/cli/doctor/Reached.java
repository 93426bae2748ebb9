package dev.gatekeeper.cli.doctor;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.login.LoginState;
import dev.gatekeeper.cli.login.RemoteEntry;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.Answer;
import dev.gatekeeper.http.Bounds;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.http.Outgoing;
import dev.gatekeeper.http.Transfer;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.trust.Project;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a remote server can be reached by the way of its entry. Its host is asked for {@code /}:
 * neither the path of the entry, nor a header, nor a token is sent.
 */
final class Reached {
  private final HttpServer server;
  private final boolean answers;
  private final String text;
  private final Optional<LoginState> login;

  private Reached(HttpServer server, boolean answers, String text, Optional<LoginState> login) {
    this.server = server;
    this.answers = answers;
    this.text = text;
    this.login = login;
  }

  static Reached of(HttpServer server, Lock lock, Home home, Project project, Console console) {
    Optional<LoginState> login = LoginState.of(home, server);
    LaunchContext context = new LaunchContext(project.directory(), console.environment());
    try (Connector connector =
            Connector.of(
                context.certificates(server), RemoteEntry.locked(lock, server), server.proxy());
        Transfer asked =
            connector.start(Outgoing.get(Address.parse(server.origin() + "/")), Bounds.DOCUMENT);
        Answer answer = asked.await()) {
      boolean plain = server.origin().startsWith("http:");
      return new Reached(
          server,
          true,
          "answers (HTTP "
              + answer.status()
              + "), "
              + (plain ? "without TLS, on this machine" : "with a certificate that is trusted"),
          login);
    } catch (HttpFault e) {
      return new Reached(server, false, e.getMessage(), login);
    }
  }

  boolean isFit() {
    return answers && login.map(LoginState::isFit).orElse(true);
  }

  void print(Console console) {
    line(console, answers, "host", server.host() + " " + text);
    Instant now = console.clock().instant();
    login.ifPresent(state -> line(console, state.isFit(), "login", state.text(now)));
  }

  private static void line(Console console, boolean fit, String name, String text) {
    console
        .out()
        .println((fit ? "ok     " : "fault  ") + "%-6s ".formatted(name) + Console.printable(text));
  }

  void json(Console console) {
    var object =
        Json.object()
            .put("server", server.name())
            .put("host", server.host())
            .put("fit", isFit())
            .put("answers", answers)
            .put("text", text);
    Instant now = console.clock().instant();
    login.ifPresent(state -> object.object("login", it -> state.print(it, now)));
    console.print(object);
  }
}
