package dev.gatekeeper.cli.allowlist.trust;

import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.Subject;
import dev.gatekeeper.allowlist.lock.Definition;
import dev.gatekeeper.allowlist.lock.Drift;
import dev.gatekeeper.allowlist.lock.LockedServer;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.allowlist.lock.SurveyStage;
import dev.gatekeeper.cli.allowlist.review.SaidOtherwise;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.trust.InForce;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.trust.acceptance.Acceptance;
import dev.gatekeeper.trust.acceptance.Acceptances;
import dev.gatekeeper.vault.OpenVault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper allowlist accept}: take what changed, here, until a day. */
@Command(
    name = "accept",
    description = {
      "Take definitions that a server changed since they were locked, on this machine, until a"
          + " day.",
      "Starts or asks the server, shows what it says now, asks, and demands the vault's passphrase."
          + " A pull request with a new lock ends it, and so does --withdraw.",
      "Without SERVER: what is accepted here and counts."
    })
public final class AllowListAcceptCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..1", paramLabel = "SERVER", description = "As the list calls it.")
  private String name = "";

  @Option(
      names = "--until",
      paramLabel = "DATE",
      description = "The last day in UTC, e.g. 2027-05-01; at most 90 days from now.")
  private String until = "";

  @Option(names = "--list", description = "Show what is accepted here, and accept nothing.")
  private boolean list;

  @Option(names = "--json", description = "The same, as one JSON object.")
  private boolean json;

  @Option(
      names = "--withdraw",
      description = "Take back what is accepted of SERVER here; no passphrase is needed.")
  private boolean withdraw;

  @Option(names = "--yes", description = "Skip the question; the passphrase is demanded still.")
  private boolean yes;

  AllowListAcceptCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    Project project = Project.find(console.environment(), console.directory());
    InForce inForce = new Trust(personal.home()).inForce(project);
    boolean listed = list || json || name.isEmpty();
    boolean other =
        listed ? withdraw || !name.isEmpty() || !until.isEmpty() : withdraw && !until.isEmpty();
    if (other) {
      throw CommandFailure.usage(
          "one of SERVER --until DATE, SERVER --withdraw and --list is meant",
          "gatekeeper allowlist accept --help");
    }
    if (listed) {
      print(AcceptedHere.of(console, personal.home(), project, inForce.lock()));
    } else if (withdraw) {
      withdraw(personal, project, inForce);
    } else {
      accept(personal, project, inForce);
    }
    return 0;
  }

  private void print(AcceptedHere accepted) {
    if (json) {
      console.print(Json.object().array("accepted", accepted::write));
      return;
    }
    accepted
        .sentences()
        .forEach((server, text) -> console.out().println(Console.printable(server + ": " + text)));
    if (accepted.sentences().isEmpty()) {
      console.out().println("Nothing is accepted here beside what was locked.");
    } else {
      console.out().println("to take it back: " + AcceptedHere.withdrawal("SERVER"));
    }
  }

  /** Nothing keeps it up: a log that takes no record, either. */
  private void withdraw(PersonalVault personal, Project project, InForce inForce)
      throws IOException {
    List<Acceptance> withdrawn =
        new Acceptances(personal.home()).withdraw(project.directory().toString(), name);
    if (withdrawn.isEmpty()) {
      console.out().println("Nothing of " + Console.printable(name) + " is accepted here.");
      return;
    }
    try (AuditLog log = personal.log(context(project, inForce))) {
      for (Acceptance each : withdrawn) {
        log.append(record(each, "withdrawn").with(Field.OUTCOME, "withdrawn"));
      }
    } catch (AuditException e) {
      console.err().println("gatekeeper: warning: this is not recorded: " + e.fault().text());
    }
    for (Acceptance each : withdrawn) {
      String title = each.server() + ": " + AcceptedHere.title(each);
      console.out().println(Console.printable(title) + " counts as it was locked");
    }
    console.out().println("taken back; running sessions take it over");
  }

  private void accept(PersonalVault personal, Project project, InForce inForce) throws Exception {
    LocalDate today = console.today();
    LocalDate last = date(today);
    personal.refuseAgents("allowlist accept");
    Server server = inForce.list().servers().get(name);
    Optional<LockedServer> locked = inForce.lock().find(name);
    if (server == null || locked.isEmpty()) {
      throw CommandFailure.no(
          Console.printable(name) + " is not locked in the list that is in force",
          "gatekeeper status");
    }
    LockedServer now;
    try (SurveyStage stage = new SurveyStage(console, personal, project, inForce.list())) {
      now = stage.now(server, locked.get());
    }
    String place = project.directory().toString();
    Acceptances acceptances = new Acceptances(personal.home());
    LockedServer here =
        acceptances.over(inForce.lock(), place, today).find(name).orElse(locked.get());
    SaidOtherwise text = new SaidOtherwise();
    List<Acceptance> changed = changed(place, server, locked.get(), here, now, last, text);
    if (changed.isEmpty()) {
      console.out().println(name + " says what it was locked with; there is nothing to accept");
      return;
    }
    text.print(inForce.list(), name, locked.get(), console.out());
    ask(last);
    try (OpenVault vault = personal.open();
        AuditLog log = personal.log(context(project, inForce))) {
      for (Acceptance each : changed) {
        log.append(record(each, "accepted until " + last).with(Field.APPROVER, "passphrase"));
      }
      acceptances.add(changed, today, vault.presence());
    } catch (AuditException e) {
      throw CommandFailure.cannotJudge(
          "nothing is accepted without a record: " + e.fault().text(), "gatekeeper audit verify");
    }
    console.out().println("accepted until " + last + "; running sessions take it over");
    console
        .out()
        .println("for the team: " + server.review().typed("gatekeeper allowlist lock " + name));
    console.out().println("to take it back: " + AcceptedHere.withdrawal(name));
  }

  private LocalDate date(LocalDate today) throws CommandFailure {
    LocalDate last;
    try {
      last = LocalDate.parse(until);
    } catch (DateTimeException e) {
      throw CommandFailure.usage("--until takes a date", "--until " + today.plusDays(14));
    }
    if (last.isBefore(today) || ChronoUnit.DAYS.between(today, last) > Acceptances.MAX_DAYS) {
      throw CommandFailure.usage(
          "--until takes a day from now to " + Acceptances.MAX_DAYS + " days on",
          "--until " + today.plusDays(14));
    }
    return last;
  }

  /**
   * Each change. One that was accepted before and is as it was reviewed again is a change of what
   * counts {@code here}; one that is as it was accepted, of what was reviewed.
   */
  private List<Acceptance> changed(
      String place,
      Server server,
      LockedServer locked,
      LockedServer here,
      LockedServer now,
      LocalDate last,
      SaidOtherwise shown) {
    Drift drift = new Drift(locked, server.access().volatileFields());
    Drift driftHere = new Drift(here, server.access().volatileFields());
    List<Acceptance> changed = new ArrayList<>();
    for (Subject.Kind kind : Subject.Kind.values()) {
      for (Definition live : now.of(kind).values()) {
        Optional<Definition> before = locked.find(kind, live.name());
        byte[] text = live.canonical().getBytes(StandardCharsets.UTF_8);
        boolean otherThanHere = driftHere.differs(kind, live.name(), text);
        if (before.isPresent() && (otherThanHere || drift.differs(kind, live.name(), text))) {
          Optional<Definition> counts = otherThanHere ? here.find(kind, live.name()) : before;
          shown.add(counts.orElse(before.get()), live);
          changed.add(
              new Acceptance(
                  place, name, kind, live.name(), before.get().digest(), live.canonical(), last));
        }
      }
    }
    return changed;
  }

  private void ask(LocalDate last) throws CommandFailure {
    if (yes) {
      return;
    }
    console.demandYes(
        "Accept this on this machine until " + last + "?",
        CommandFailure.noTerminal(
            "gatekeeper allowlist accept " + name + " --until " + last + " --yes"),
        CommandFailure.no("nothing was accepted", "gatekeeper allowlist diff --live"));
  }

  private static AuditContext context(Project project, InForce inForce) {
    AuditContext context = new AuditContext();
    context.project(project.directory().toString());
    context.list(inForce.list().digest());
    context.lock(inForce.lockDigest().orElse(""));
    return context;
  }

  private static Entry record(Acceptance each, String reason) {
    return Entry.of(Event.TRUST)
        .with(Field.SERVER, each.server())
        .with(Field.TOOL, each.name())
        .with(Field.DEFINITION, AcceptedHere.digest(each))
        .with(Field.REASON, reason);
  }
}
