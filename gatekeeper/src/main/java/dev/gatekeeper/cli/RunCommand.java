package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.allowlist.Command;
import dev.gatekeeper.allowlist.Decision;
import dev.gatekeeper.allowlist.Policy;
import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.BrokerException;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.broker.Outline;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.console.PlainCommand;
import dev.gatekeeper.downstream.LaunchException;
import dev.gatekeeper.downstream.ProgramResolver;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.kernel.KernelException;
import dev.gatekeeper.kernel.SpawnRequest;
import dev.gatekeeper.kernel.SpawnRequest.Stdio;
import dev.gatekeeper.pin.Pinned;
import dev.gatekeeper.proxy.RealPaths;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code gatekeeper run}: one process with the named secrets and nothing else. Parsed by hand: a
 * command that is run often must start at once.
 *
 * <p>Exit status: the child's; 125 where we refuse or fail, 126 where the program cannot be
 * executed, 127 where there is none, as env(1) has it.
 */
final class RunCommand implements PlainCommand {
  static final int REFUSED = 125;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;

  private static final String USAGE =
      """
      Usage: gatekeeper run NAME [ARGUMENT...]
             gatekeeper run [--env NAME=REF | --file NAME=REF]... -- COMMAND [ARGUMENT...]
      The first starts a command of the trusted allow-list: exactly its program and variables.
      The second starts any program with the secrets that you name, and demands the vault's
      passphrase each time. REF is secret:NAME, or a reference to another source (op://V/I/F,
      pass:NAME, ...), or text that holds one: --env 'URL=postgres://app:${secret:db}@host/app'.
      --file puts the value into an owner-only file that dies with the program, and its path into
      the variable. Both start from an empty environment and the documented base; known values
      are masked in the output, which therefore is no terminal to the program; its input is.
      The exit status is the program's, or 125 (refused), 126 (cannot be executed),
      127 (not found).
      """;

  private final Console console;

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public int run(List<String> arguments) throws Exception {
    if (arguments.isEmpty()) {
      throw refused("run what?", "gatekeeper run --help");
    }
    String first = arguments.getFirst();
    if (first.equals("--help") || first.equals("-h")) {
      console.out().print(USAGE);
      return 0;
    }
    try {
      return first.startsWith("-")
          ? runFreely(arguments)
          : runNamed(first, arguments.subList(1, arguments.size()));
    } catch (BrokerException e) {
      throw new CommandFailure(REFUSED, String.valueOf(e.getMessage()), e.hint());
    } catch (VaultException e) {
      throw new CommandFailure(REFUSED, String.valueOf(e.getMessage()), e.hint());
    } catch (AuditException e) {
      throw refused("nothing is run without a record: " + e.fault().text(), "gatekeeper status");
    } catch (IOException e) {
      throw refused(String.valueOf(e.getMessage()), "gatekeeper status");
    }
  }

  private int runNamed(String name, List<String> further) throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    Project project = Project.find(console.environment(), console.directory());
    InForce inForce = new Trust(personal.home()).inForce(project);
    if (!(inForce instanceof InForce.Trusted trusted)) {
      throw refused(Console.printable(inForce.text()), "gatekeeper status");
    }
    AuditContext context = new AuditContext();
    context.project(project.directory().toString());
    context.list(trusted.list().digest());
    trusted.lockDigest().ifPresent(context::lock);
    Redactor redactor = new Redactor();
    try (AuditLog log = personal.log(context);
        Broker broker = new Broker(personal.home(), console.passphrases(), log, redactor)) {
      LaunchContext launchContext = new LaunchContext(project.directory(), console.environment());
      broker.prepare(launchContext, false);
      Decision decision = decide(trusted, project, personal.home(), name, further);
      if (!(decision instanceof Decision.Allowed allowed)) {
        log.append(record(Event.CALL_DENIED, name, further).with(Field.RULE, decision.rule()));
        throw refused(why(decision), "gatekeeper allowlist show");
      }
      Command command = trusted.list().commands().get(name);
      if (command == null) {
        throw new AssertionError("an allowed command is on the list");
      }
      long intent =
          log.append(record(Event.CALL_INTENT, name, further).with(Field.RULE, allowed.rule()));
      PinnedCommand pinned = new PinnedCommand(personal, trusted.lock(), command, further.size());
      Optional<Outline> ahead = Outline.ahead(command.program(), further, launchContext);
      if (ahead.isPresent()) {
        compare(pinned, ahead.get(), log, intent);
      }
      Launch launch = given(() -> broker.launch(command, further, launchContext), log, intent);
      return start(launch, Optional.of(pinned), redactor, log, intent);
    }
  }

  /** Before anything is granted; it is compared once more when the process starts. */
  private static void compare(PinnedCommand pinned, Outline ahead, AuditLog log, long intent)
      throws CommandFailure {
    try {
      Optional<Pinned.Matches> _ = pinned.check(ahead);
    } catch (CommandFailure e) {
      outcome(log, intent, "failed", new MaskedOutput());
      throw e;
    }
  }

  private Decision decide(
      InForce.Trusted trusted, Project project, Home home, String name, List<String> further)
      throws IOException {
    return Policy.withoutLock(trusted.list())
        .decide(
            new Subject.CommandRun(name, further),
            console.today(),
            new RealPaths(project.directory(), console.personHome(home)));
  }

  private static String why(Decision decision) {
    return switch (decision) {
      case Decision.Denied denied -> denied.explanation();
      case Decision.NeedsApproval asks -> "this needs a person's approval (" + asks.rule() + ")";
      case Decision.Allowed allowed -> throw new AssertionError(allowed.rule());
    };
  }

  private static Entry record(Event event, String name, List<String> further) {
    List<NamedValue> values = new ArrayList<>();
    for (int i = 0; i < further.size(); i++) {
      // Committed to, not kept: no secret has been opened yet that could be masked in them.
      values.add(new NamedValue(Integer.toString(i), further.get(i).getBytes(UTF_8), ""));
    }
    Entry entry = Entry.of(event).with(Field.SERVER, "run:" + name).with(Field.METHOD, "run");
    return values.isEmpty() ? entry : entry.arguments(ArgumentsPolicy.DIGEST, values);
  }

  private int runFreely(List<String> arguments) throws Exception {
    Program program = FreeLine.parse(arguments);
    PersonalVault personal = PersonalVault.of(console);
    refuseAgents(personal);
    AuditContext context = new AuditContext();
    context.project(console.directory().toString());
    Redactor redactor = new Redactor();
    try (OpenVault vault = open(personal);
        AuditLog log = personal.log(context);
        Broker broker = new Broker(personal.home(), console.passphrases(), log, redactor)) {
      long intent =
          log.append(
              Entry.of(Event.CALL_INTENT)
                  .with(Field.SERVER, "run")
                  .with(Field.METHOD, "run")
                  .with(Field.TOOL, arguments.get(arguments.indexOf("--") + 1))
                  .with(Field.APPROVER, "passphrase"));
      LaunchContext here = new LaunchContext(console.directory(), console.environment());
      Launch launch = given(() -> broker.launch(program, vault.presence(), here), log, intent);
      return start(launch, Optional.empty(), redactor, log, intent);
    }
  }

  private static void refuseAgents(PersonalVault personal) throws CommandFailure {
    try {
      personal.refuseAgents("run --env");
    } catch (CommandFailure e) {
      throw new CommandFailure(REFUSED, e.what(), e.hint());
    }
  }

  private static OpenVault open(PersonalVault personal) throws CommandFailure, VaultException {
    try {
      return personal.open();
    } catch (CommandFailure e) {
      throw new CommandFailure(REFUSED, e.what(), e.hint());
    }
  }

  private interface Giving {
    Launch give() throws BrokerException;
  }

  /** What the program is to have; where it gets nothing, the record of it says so. */
  private static Launch given(Giving giving, AuditLog log, long intent) throws BrokerException {
    try {
      return giving.give();
    } catch (BrokerException | RuntimeException e) {
      outcome(log, intent, "failed", new MaskedOutput());
      throw e;
    }
  }

  private int start(
      Launch launch, Optional<PinnedCommand> pinned, Redactor redactor, AuditLog log, long intent)
      throws CommandFailure {
    MaskedOutput masked = new MaskedOutput();
    try {
      if (!Files.isDirectory(launch.directory())) {
        throw refused(
            "working directory "
                + Console.printable(launch.directory().toString())
                + " does not exist",
            "make it, or mend \"cwd\" of the command in the list");
      }
      Optional<Pinned.Matches> locked =
          pinned.isEmpty() ? Optional.empty() : pinned.get().check(launch.outline());
      Path program =
          locked.isPresent()
              ? locked.get().program()
              : ProgramResolver.resolve(launch.command(), launch.directory(), launch.path());
      List<String> argv = new ArrayList<>();
      argv.add(locked.isPresent() ? program.toString() : launch.command());
      argv.addAll(locked.map(Pinned.Matches::arguments).orElse(launch.arguments()));
      Stdio output = ForegroundChild.output(!redactor.isEmpty());
      ForegroundChild child =
          ForegroundChild.start(
              new SpawnRequest(
                  program,
                  argv,
                  launch.environmentBlock(),
                  launch.directory(),
                  false,
                  Stdio.INHERIT,
                  output,
                  output,
                  Optional.empty()),
              redactor,
              masked,
              console);
      launch.started();
      launch.whenRevoked(child::end);
      return child.await(
          status -> {
            outcome(log, intent, status == 0 ? "ok" : "exit-" + status, masked);
            launch.close();
            log.close();
          });
    } catch (CommandFailure e) {
      outcome(log, intent, "failed", masked);
      throw e;
    } catch (LaunchException e) {
      outcome(log, intent, "failed", masked);
      throw new CommandFailure(
          e.found() ? NOT_EXECUTABLE : NOT_FOUND,
          Console.printable(String.valueOf(e.getMessage())),
          Optional.empty());
    } catch (KernelException e) {
      outcome(log, intent, "failed", masked);
      int exit = e.errno() == KernelException.ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
      throw new CommandFailure(exit, String.valueOf(e.getMessage()), Optional.empty());
    } finally {
      launch.close();
    }
  }

  private static void outcome(AuditLog log, long intent, String outcome, MaskedOutput masked) {
    Entry entry = Entry.of(Event.CALL_OUTCOME).with(Field.REF, intent).with(Field.OUTCOME, outcome);
    log.submit(masked.in(entry), receipt -> {});
  }

  private static CommandFailure refused(String what, String hint) {
    return new CommandFailure(REFUSED, what, Optional.of(hint));
  }
}
