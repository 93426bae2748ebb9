package dev.gatekeeper.cli.allowlist.lock;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.lock.EntryDigest;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.lock.LockedCommand;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.allowlist.pin.AuthorityPin;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.login.SessionLogins;
import dev.gatekeeper.downstream.Watchdog;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.fleet.Survey;
import dev.gatekeeper.http.Connector;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.journal.Diagnostics;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.launch.Launching;
import dev.gatekeeper.proxy.RealPaths;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.trust.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is needed to start servers of a list for a person who wants to see what they offer: the same
 * broker, log and checks as in a session, and no agent.
 */
public final class SurveyStage implements AutoCloseable {
  private final Console console;
  private final AuditLog log;
  private final Broker broker;
  private final Surroundings world;
  private final Survey survey;
  private final EntryPins entries;
  private final LaunchContext launches;
  private final Map<String, SortedMap<String, Json>> pins = new ConcurrentHashMap<>();

  /** For servers of {@code list}, which need not be in force: secrets demand a person. */
  public SurveyStage(Console console, PersonalVault personal, Project project, AllowList list)
      throws IOException {
    this.console = console;
    AuditContext context = new AuditContext();
    context.project(project.directory().toString());
    context.list(list.digest());
    Redactor redactor = new Redactor();
    this.log = personal.log(context);
    this.broker = new Broker(personal.home(), console.passphrases(), log, redactor);
    this.launches = new LaunchContext(project.directory(), console.environment());
    this.world =
        new Surroundings(
            new RealPaths(project.directory(), console.personHome(personal.home())),
            console.clock(),
            new Journal(log, context, redactor),
            new Launching(broker, launches, new Watchdog()),
            redactor,
            new Diagnostics(console.err()));
    world
        .launching()
        .loginBy(
            () ->
                new SessionLogins(
                    personal.home(), broker, launches, log, redactor, console.clock()));
    this.survey = new Survey(world, project.directory());
    this.entries = new EntryPins(personal, project, console.environment());
    world.launching().startBy(entries::pins, name -> Optional.ofNullable(pins.get(name)));
    world.judgeBy(Policy.withoutLock(list)); // what is to be reviewed is not reviewed yet
  }

  /** Resolves the program anew where there is one, asks it, and gives what is to be locked. */
  LockedServer locked(Server server, Optional<LockedServer> before)
      throws CommandFailure, IOException, InterruptedException {
    demandCounting(server);
    SortedMap<String, Json> resolved =
        switch (server) {
          case StdioServer stdio -> entries.resolve(stdio, before);
          case HttpServer http -> authorities(http); // what runs there is its vendor's affair
        };
    pins.put(server.name(), resolved);
    return server.access().dynamic().isPresent()
        ? TakenLock.dynamic(server, resolved)
        : TakenLock.of(server, resolved, survey);
  }

  private SortedMap<String, Json> authorities(HttpServer server) throws CommandFailure {
    Optional<Path> file = launches.certificates(server);
    try {
      return file.isEmpty() ? new TreeMap<>() : AuthorityPin.of(Connector.digest(file.get()));
    } catch (HttpFault e) {
      throw CommandFailure.cannotJudge(server.name() + ": " + e.getMessage(), "mend it, or \"ca\"");
    }
  }

  /** Resolves the program of a command, and starts nothing. */
  LockedCommand locked(Command command, Lock before) throws CommandFailure, IOException {
    return new LockedCommand(
        EntryDigest.of(command),
        entries.resolve(command, Optional.ofNullable(before.commands().get(command.name()))));
  }

  /** Starts the program that is locked, or asks the remote server, and gives what it says now. */
  public LockedServer now(Server server, LockedServer locked)
      throws CommandFailure, InterruptedException {
    demandCounting(server);
    pins.put(server.name(), locked.pins());
    return TakenLock.of(server, locked.pins(), survey);
  }

  private void demandCounting(Server server) throws CommandFailure {
    Optional<LapsedEntry> lapsed = LapsedEntry.of(server, console);
    if (lapsed.isPresent()) {
      throw lapsed.get().refusal();
    }
  }

  @Override
  public void close() {
    entries.sayAsides(console);
    world.launching().endAll();
    world.close();
    broker.close();
    log.close();
  }
}
