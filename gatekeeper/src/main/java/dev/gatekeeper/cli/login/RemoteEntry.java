package dev.gatekeeper.cli.login;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.lock.EntryDigest;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.pin.AuthorityPin;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.login.Terms;
import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import java.io.IOException;
import java.util.Optional;

/** A remote server of the list in force here, and how it is reached. */
public final class RemoteEntry {
  private final HttpServer server;
  private final InForce.Trusted list;
  private final Project project;
  private final Console console;

  private RemoteEntry(HttpServer server, InForce.Trusted list, Project project, Console console) {
    this.server = server;
    this.list = list;
    this.project = project;
    this.console = console;
  }

  /** The server of that name: nobody logs in to one that no list in force names. */
  static RemoteEntry find(Console console, Home home, String name)
      throws CommandFailure, IOException {
    Project project = Project.find(console.environment(), console.directory());
    InForce inForce = new Trust(home).inForce(project);
    if (!(inForce instanceof InForce.Trusted trusted)) {
      throw CommandFailure.no(Console.printable(inForce.text()), "gatekeeper status");
    }
    Server server = trusted.list().servers().get(name);
    if (server == null) {
      throw CommandFailure.no(
          "the list in force here has no server of that name", "gatekeeper status");
    }
    if (server.review().expired(console.today())) {
      throw CommandFailure.no(
          "the entry of " + name + " has expired", "have it reviewed, and set \"expires\" anew");
    }
    return switch (server) {
      case HttpServer remote -> new RemoteEntry(remote, trusted, project, console);
      default ->
          throw CommandFailure.no(
              name + " is a program on this machine: it has no login",
              "gatekeeper doctor --env " + name);
    };
  }

  HttpServer server() {
    return server;
  }

  Terms terms() throws CommandFailure {
    try {
      return Terms.of(server);
    } catch (LoginException e) {
      throw failure(e);
    }
  }

  /** A client that reaches it as its entry says, to be closed. */
  Connector connector() throws CommandFailure {
    try {
      return Connector.of(
          launchContext().certificates(server), locked(list.lock(), server), server.proxy());
    } catch (HttpFault e) {
      throw CommandFailure.cannotJudge(
          server.name() + " cannot be reached: " + e.getMessage(), "gatekeeper status");
    }
  }

  /**
   * The digest that a lock has for the file of an entry's {@code ca}; empty where it locks nothing
   * of that entry, since a person may have to log in before there is a lock.
   */
  public static Optional<String> locked(Lock lock, HttpServer server) {
    return lock.find(server.name())
        .filter(locked -> locked.entry().equals(EntryDigest.of(server)))
        .flatMap(locked -> AuthorityPin.in(locked.pins()));
  }

  LaunchContext launchContext() {
    return new LaunchContext(project.directory(), console.environment());
  }

  AuditContext auditContext() {
    AuditContext context = new AuditContext();
    context.project(project.directory().toString());
    context.list(list.list().digest());
    list.lockDigest().ifPresent(context::lock);
    return context;
  }

  /** A fault in the words of a command. */
  static CommandFailure failure(LoginException fault) {
    int exit =
        switch (fault.kind()) {
          case NEEDS_LOGIN, REFUSED -> CommandFailure.NO;
          case UNREACHABLE, FAULT -> CommandFailure.CANNOT_JUDGE;
        };
    return new CommandFailure(
        exit, Console.printable(String.valueOf(fault.getMessage())), fault.hint());
  }
}
