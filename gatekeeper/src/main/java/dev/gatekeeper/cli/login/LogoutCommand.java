package dev.gatekeeper.cli.login;

import dev.gatekeeper.allowlist.OAuth;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.login.LoginLog;
import dev.gatekeeper.login.PersonalLogin;
import dev.gatekeeper.login.Terms;
import dev.gatekeeper.login.file.LoginHeader;
import dev.gatekeeper.login.file.Logins;
import dev.gatekeeper.login.web.ConnectorWeb;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.vault.OpenVault;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper logout SERVER}. */
@Command(
    description = {
      "End the login at a remote server: for all entries that share it, in all sessions.",
      "Its tokens are revoked where the server offers that, and deleted here in any case. Where"
          + " they could not be revoked it says so, and ends with status 1."
    })
public final class LogoutCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..1", paramLabel = "SERVER", description = "As the list names it.")
  private String name = "";

  @Option(
      names = "--login",
      paramLabel = "NAME",
      description = "In place of SERVER: a login by its own name, where no entry is left.")
  private String named = "";

  public LogoutCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (name.isEmpty() == named.isEmpty() || !(named.isEmpty() || Logins.isName(named))) {
      throw CommandFailure.usage("log out of what?", "gatekeeper logout --help");
    }
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("logout");
    try {
      return named.isEmpty() ? ofServer(personal) : ofLogin(personal);
    } catch (LoginException e) {
      throw RemoteEntry.failure(e);
    }
  }

  private int ofServer(PersonalVault personal) throws Exception {
    RemoteEntry entry = RemoteEntry.find(console, personal.home(), name);
    Terms terms = entry.terms();
    try (Connector connector = entry.connector();
        OpenVault vault = personal.open();
        AuditLog log = personal.log(entry.auditContext());
        Redactor redactor = new Redactor();
        Broker broker = new Broker(personal.home(), console.passphrases(), log, redactor)) {
      return end(
          personal,
          terms.oauth().login(),
          vault.recordingTo(personal.recording(log, vault)),
          connector,
          new EntrySecret(broker, entry, vault),
          new LoginLog(log, terms));
    }
  }

  private int ofLogin(PersonalVault personal) throws Exception {
    String reference = new Reference("secret", OAuth.FOLDER + named).toString();
    try (Connector connector = Connector.of(Optional.empty(), Optional.empty());
        OpenVault vault = personal.open();
        AuditLog log = personal.log()) {
      return end(
          personal,
          named,
          vault.recordingTo(personal.recording(log, vault)),
          connector,
          (header, client) -> Optional.empty(),
          new LoginLog(log, "", reference));
    }
  }

  private int end(
      PersonalVault personal,
      String login,
      OpenVault vault,
      Connector connector,
      PersonalLogin.ClientSecret secret,
      LoginLog log)
      throws Exception {
    PersonalLogin ending =
        new PersonalLogin(login, OAuth.FOLDER + login, Logins.in(personal.home()), vault);
    String issuer = ending.header().map(LoginHeader::issuer).orElse("the issuer");
    return said(ending.end(new ConnectorWeb(connector), secret, log), issuer);
  }

  private int said(PersonalLogin.End end, String issuer) throws CommandFailure {
    String from = Console.printable(issuer);
    String what = name.isEmpty() ? named : name;
    switch (end) {
      case REVOKED -> console.out().println("Logged out of " + what + "; its tokens are revoked.");
      case KEPT ->
          console
              .out()
              .println(
                  "Logged out of "
                      + what
                      + ". "
                      + from
                      + " revokes no tokens: they are deleted here, and count there until they are"
                      + " over.");
      case NONE ->
          console
              .out()
              .println(
                  "Nobody is logged in to "
                      + what
                      + "; a session that has a login by itself forgets it.");
      case FAILED ->
          throw CommandFailure.no(
              "logged out of " + what + " here, but its tokens could not be revoked",
              "withdraw the access of this application at " + from);
    }
    return 0;
  }
}
