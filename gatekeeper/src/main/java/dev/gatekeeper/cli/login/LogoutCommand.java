package dev.gatekeeper.cli.login;

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

  @Parameters(paramLabel = "SERVER", description = "As the list names it.")
  private String name = "";

  public LogoutCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("logout");
    RemoteEntry entry = RemoteEntry.find(console, personal.home(), name);
    Terms terms = entry.terms();
    try (Connector connector = entry.connector();
        OpenVault vault = personal.open();
        AuditLog log = personal.log(entry.auditContext());
        Redactor redactor = new Redactor();
        Broker broker = new Broker(personal.home(), console.passphrases(), log, redactor)) {
      OpenVault _ = vault.recordingTo(personal.recording(log, vault));
      PersonalLogin login =
          new PersonalLogin(
              terms.oauth().login(), terms.oauth().key().name(), Logins.in(personal.home()), vault);
      Optional<LoginHeader> header = login.header();
      PersonalLogin.End end =
          login.end(
              new ConnectorWeb(connector),
              new EntrySecret(broker, entry, vault),
              new LoginLog(log, terms));
      return said(end, header.map(LoginHeader::issuer).orElse("the issuer"));
    } catch (LoginException e) {
      throw RemoteEntry.failure(e);
    }
  }

  private int said(PersonalLogin.End end, String issuer) throws CommandFailure {
    String from = Console.printable(issuer);
    switch (end) {
      case REVOKED -> console.out().println("Logged out of " + name + "; its tokens are revoked.");
      case KEPT ->
          console
              .out()
              .println(
                  "Logged out of "
                      + name
                      + ". "
                      + from
                      + " revokes no tokens: they are deleted here, and count there until they are"
                      + " over.");
      case NONE -> console.out().println("Nobody is logged in to " + name + ".");
      case FAILED ->
          throw CommandFailure.no(
              "logged out of " + name + " here, but its tokens could not be revoked",
              "withdraw the access of this application at " + from);
    }
    return 0;
  }
}
