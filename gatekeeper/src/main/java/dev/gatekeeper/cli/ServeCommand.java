package dev.gatekeeper.cli;

import dev.gatekeeper.allowlist.AllowList;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.allowlist.pin.Digest;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalWitness;
import dev.gatekeeper.cli.console.PlainCommand;
import dev.gatekeeper.cli.login.SessionLogins;
import dev.gatekeeper.downstream.Watchdog;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.fleet.Surroundings;
import dev.gatekeeper.journal.Diagnostics;
import dev.gatekeeper.journal.Journal;
import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.kernel.Room;
import dev.gatekeeper.launch.Launching;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.pin.Pins;
import dev.gatekeeper.proxy.RealPaths;
import dev.gatekeeper.proxy.Session;
import dev.gatekeeper.proxy.approval.Asking;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.request.AccessRequests;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.acceptance.Acceptances;
import dev.gatekeeper.trust.approval.Approvals;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.wire.FrameReader;
import dev.gatekeeper.wire.FrameWriter;
import dev.gatekeeper.wire.WireLimits;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code gatekeeper serve}: the MCP server on stdio that the agent's configuration names.
 *
 * <p>Starts in every state of list, vault and log; what is missing is said by the tools.
 */
final class ServeCommand implements PlainCommand {
  private static final int STANDARD_OUTPUT = 1;

  /** The client ends us by signals and kills us about 500 ms later. */
  private static final Duration LAST_RECORDS = Duration.ofMillis(300);

  /** Until the agent has its first answers. */
  private static final long HARDEN_MILLIS = 200;

  /** The same, long before the first call of a model. */
  private static final long AHEAD_MILLIS = 1_000;

  private final Console console;

  ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public int run(List<String> arguments) throws Exception {
    if (arguments.equals(List.of("--help"))) {
      console.out().println("Usage: gatekeeper serve [--only SERVER]");
      console.out().println("The MCP server on stdio; named by the agent's configuration.");
      console.out().println();
      console
          .out()
          .println("  --only SERVER   govern this one server of the list in force, and no other.");
      console
          .out()
          .println("                  Register it once for each server that is to be governed.");
      return 0;
    }
    Optional<String> only = only(arguments);
    Home home = Home.locate(console.environment());
    Project project = Project.find(console.environment(), console.directory());
    AuditContext context = context(project);
    // Side by side with the list: the agent waits.
    Thread.ofPlatform().daemon().name("gatekeeper-sha256").start(Digest::prepare);
    FutureTask<AuditLog> opened = new FutureTask<>(() -> log(home, named(context)));
    Thread.ofPlatform().daemon().name("gatekeeper-log").start(opened);
    ListWatch watch = new ListWatch(home, project, console.environment()); // before it is read
    InForce inForce = new Trust(home).inForce(project);
    CountingList counting = new CountingList(context, only);
    counting.is(inForce);
    AuditLog log = opened.get();
    Redactor redactor = new Redactor();
    Watchdog watchdog = new Watchdog();
    Diagnostics diagnostics = new Diagnostics(console.err());
    SessionTrustKey trustKey = new SessionTrustKey(VaultFile.in(home));
    Approvals approvals = new Approvals(home, trustKey, console.clock());
    PassphraseSource passphrases = PassphraseSource.nonInteractive(console.environment());
    FrameWriter agent = new FrameWriter(console.standardOutput());
    LaunchContext launches = new LaunchContext(project.directory(), console.environment());
    try (Broker broker = new Broker(home, passphrases, log, redactor);
        Surroundings world =
            new Surroundings(
                new RealPaths(project.directory(), console.personHome(home)),
                console.clock(),
                new Journal(log, context, redactor),
                new Launching(broker, launches, watchdog),
                redactor,
                diagnostics)) {
      world
          .launching()
          .loginBy(() -> new SessionLogins(home, broker, launches, log, redactor, console.clock()));
      world
          .launching()
          .startBy(() -> new Pins(home, PersonalWitness.of(VaultFile.in(home))), world::pins);
      ServeStanding standing =
          new ServeStanding(
              inForce, home, project.directory(), log, lock -> accepted(home, project, lock), only);
      Session session =
          new Session(
              world,
              standing,
              new AccessRequests(home.path(), project.directory().toString(), console.clock()),
              new Asking(approvals, project.directory().toString(), Asking.PATIENCE),
              new FrameReader(console.in(), WireLimits.DEFAULT),
              agent);
      AtomicBoolean ended = new AtomicBoolean();
      Runnable end =
          () -> {
            if (ended.compareAndSet(false, true)) {
              session.end();
              log.submit(Entry.of(Event.SESSION_CLOSE), receipt -> {});
              log.close(LAST_RECORDS);
            }
          };
      Runtime.getRuntime().addShutdownHook(new Thread(end, "gatekeeper-end"));
      trustKey.prepare();
      // The first foreign call of a JVM takes 100 ms of a processor. Nothing here is secret before
      // a passphrase or a key is read, and who reads one hardens first.
      world.later(
          HARDEN_MILLIS,
          () ->
              world.apart(
                  "harden",
                  () -> {
                    Kernel.harden();
                    agent.room(new Room(STANDARD_OUTPUT));
                  }));
      standing.remark().ifPresent(world::say);
      Entry begun = counting.opened(inForce);
      watch.start(
          broker.tokens(launches),
          now -> {
            counting.becomes(now, log);
            standing.inForce(now);
            session.adopt();
          },
          world::say);
      log.submit(begun, receipt -> {});
      world.later(AHEAD_MILLIS, () -> broker.prepare(launches, hasSecrets(inForce.list())));
      session.run();
      end.run();
    }
    return 0;
  }

  private static boolean hasSecrets(AllowList list) {
    return list.servers().values().stream().anyMatch(one -> !one.secrets().isEmpty());
  }

  /** The one server that is governed; by hand, since an agent waits. */
  private static Optional<String> only(List<String> arguments) throws CommandFailure {
    if (arguments.isEmpty()) {
      return Optional.empty();
    }
    String first = arguments.getFirst();
    if (first.startsWith("--only=") && arguments.size() == 1) {
      return Optional.of(first.substring("--only=".length()));
    }
    if (first.equals("--only") && arguments.size() == 2) {
      return Optional.of(arguments.getLast());
    }
    throw CommandFailure.usage(
        "serve takes nothing but --only SERVER, once", "gatekeeper serve --help");
  }

  private Lock accepted(Home home, Project project, Lock lock) {
    LocalDate today = console.today();
    return new Acceptances(home).over(lock, project.directory().toString(), today);
  }

  private AuditLog log(Home home, AuditContext context) {
    Path directory = home.resolve("audit");
    AuditOptions options =
        AuditOptions.of(context).clock(console.clock()).recipients(new Auditors(home)::recipients);
    try {
      return AuditLog.open(directory, options);
    } catch (AuditException e) {
      return AuditLog.unavailable(e.fault(), directory, options);
    }
  }

  private static AuditContext context(Project project) {
    AuditContext context = new AuditContext();
    context.project(project.directory().toString());
    return context;
  }

  private static AuditContext named(AuditContext context) {
    byte[] id = new byte[8];
    new SecureRandom().nextBytes(id);
    context.session(HexFormat.of().formatHex(id));
    return context;
  }
}
