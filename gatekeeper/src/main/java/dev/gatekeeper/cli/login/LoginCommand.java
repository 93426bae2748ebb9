package dev.gatekeeper.cli.login;

import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.login.Authorizing;
import dev.gatekeeper.login.LoginLog;
import dev.gatekeeper.login.PersonalLogin;
import dev.gatekeeper.login.Terms;
import dev.gatekeeper.login.browser.Browser;
import dev.gatekeeper.login.browser.Redirect;
import dev.gatekeeper.login.discovery.Discovered;
import dev.gatekeeper.login.discovery.Discovery;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.grant.AuthorizationRequest;
import dev.gatekeeper.login.grant.Redirected;
import dev.gatekeeper.login.grant.Tokens;
import dev.gatekeeper.login.web.Challenge;
import dev.gatekeeper.login.web.ConnectorWeb;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Web;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper login SERVER}. */
@Command(
    description = {
      "Log in to a remote server of the list in force, with your browser.",
      "The tokens are kept sealed under a key in your vault, and refreshed by the sessions that use"
          + " them; no agent sees one. For a server of \"client_credentials\" nobody logs in."
    })
public final class LoginCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "SERVER", description = "As the list names it.")
  private String name = "";

  @Option(
      names = "--scope",
      paramLabel = "SCOPES",
      description = "What to ask for, divided by blanks; within the \"scopes\" of the entry.")
  private List<String> scopes = List.of();

  @Option(names = "--no-browser", description = "Print the address, and open nothing.")
  private boolean noBrowser;

  @Option(
      names = "--paste",
      description =
          "For a machine without a browser: open the address on another one, and paste the address"
              + " to which it is sent, which does not load there.")
  private boolean paste;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "How long to wait for the browser; 300 unless said otherwise.")
  private int wait = 300;

  public LoginCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("login");
    RemoteEntry entry = RemoteEntry.find(console, personal.home(), name);
    Terms terms = entry.terms();
    if (terms.oauth().grant() == OAuth.Grant.CLIENT_CREDENTIALS) {
      console
          .out()
          .println(name + " wants no login: sessions ask for tokens by the secret of its entry.");
      return 0;
    }
    try (Connector connector = entry.connector()) {
      Web web = new ConnectorWeb(connector);
      Discovered from =
          new Discovery(web, entry.server().proxy().isPresent())
              .of(terms.resource(), terms.oauth().issuer());
      SortedSet<String> asked = terms.scopes(named(), PersonalLogin.offered(from));
      announce(terms, from, asked);
      ServerSocket bound = Redirect.bind(terms.oauth().redirectPort());
      try (OpenVault vault = personal.open();
          AuditLog log = personal.log(entry.auditContext())) {
        OpenVault _ = vault.recordingTo(personal.recording(log, vault));
        Optional<String> secret = secret(personal, entry, log, vault);
        Authorizing steps =
            Authorizing.begin(
                terms, from, web, asked, secret, Redirect.address(bound.getLocalPort()));
        Tokens tokens = steps.end(redirected(steps.request(), bound));
        String reference = terms.oauth().key().name();
        PersonalLogin login =
            new PersonalLogin(terms.oauth().login(), reference, Logins.in(personal.home()), vault);
        LoginLog records = new LoginLog(log, terms);
        try {
          login.keep(from, steps.client(), tokens, asked, records, console.clock().instant());
        } catch (LoginException | IOException | VaultException e) {
          steps.giveBack(tokens);
          throw e;
        }
        conclude(tokens, asked);
      } finally {
        bound.close();
      }
      return 0;
    } catch (LoginException e) {
      throw RemoteEntry.failure(e);
    }
  }

  private SortedSet<String> named() {
    SortedSet<String> named = new TreeSet<>();
    scopes.forEach(words -> named.addAll(Challenge.scopes(words)));
    return named;
  }

  private Optional<String> secret(
      PersonalVault personal, RemoteEntry entry, AuditLog log, OpenVault vault)
      throws LoginException, IOException {
    try (Redactor redactor = new Redactor();
        Broker broker = new Broker(personal.home(), console.passphrases(), log, redactor)) {
      return new EntrySecret(broker, entry, vault).get();
    }
  }

  private void announce(Terms terms, Discovered from, SortedSet<String> asked) {
    row("server", terms.server() + " at " + terms.resource().origin());
    row("issuer", from.authorization().issuer());
    row("scopes", asked.isEmpty() ? "none are named" : String.join(" ", asked));
    if (!from.others().isEmpty()) {
      row(
          "others",
          String.join(" ", from.others()) + " (the first one counts unless the entry names one)");
    }
    if (from.authorization().assumed()) {
      row("note", "it publishes no metadata; the places are those of MCP 2025-03-26");
    }
    if (!from.resource().equals(from.server())) {
      row("note", "the token is for " + from.resource());
    }
  }

  private void conclude(Tokens tokens, SortedSet<String> asked) {
    SortedSet<String> granted = tokens.scopes().orElse(asked);
    console.out().println("Logged in to " + name + ".");
    if (!granted.equals(asked)) {
      row("granted", granted.isEmpty() ? "no scopes" : String.join(" ", granted));
    }
    if (tokens.refresh().isEmpty() && tokens.lifetime().isPresent()) {
      row(
          "note",
          "there is no refresh token: log in again within "
              + tokens.lifetime().get().toMinutes()
              + " minutes");
    }
  }

  private void row(String word, String value) {
    console.out().println(word + " ".repeat(9 - word.length()) + Console.printable(value));
  }

  private Redirected redirected(AuthorizationRequest request, ServerSocket bound)
      throws LoginException, CommandFailure, IOException {
    return paste ? pasted(request) : listened(request, bound);
  }

  private Redirected listened(AuthorizationRequest request, ServerSocket bound)
      throws LoginException {
    try (Redirect redirect = Redirect.at(bound, request.state())) {
      URI address = request.address();
      console.out().println("Log in with your browser at:");
      console.out().println("  " + address);
      if (!noBrowser && !new Browser(console.environment()).open(address)) {
        console.out().println("No browser could be opened: open the address by hand.");
      }
      console.out().println("Waiting for it to come back ...");
      return redirect
          .await(Duration.ofSeconds(wait))
          .orElseThrow(
              () ->
                  LoginException.fault(
                      "the browser did not come back within " + wait + " s: nothing was changed",
                      "gatekeeper login " + name));
    }
  }

  private Redirected pasted(AuthorizationRequest request)
      throws LoginException, CommandFailure, IOException {
    console.out().println("Open this in a browser, on any machine:");
    console.out().println("  " + request.address());
    console
        .out()
        .println(
            "When you have logged in, it is sent to an address at 127.0.0.1, which does not load."
                + " Copy that address.");
    return Pasted.read(console, request.state());
  }
}
