package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.opening.Openings;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit forget}: deletes what opens the arguments of calls. */
@Command(
    name = "forget",
    description = {
      "Delete what opens the arguments of a call, or of all calls before some day.",
      "The chain stays whole; nobody can read or confirm the arguments from then on. It is"
          + " recorded."
    })
final class AuditForgetCommand implements Callable<Integer> {
  private final Console console;

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  private static final class Which {
    @Parameters(paramLabel = "N", description = "Number of the record of the call.")
    private @Nullable Long n;

    @Option(
        names = "--older-than",
        paramLabel = "DAYS",
        description =
            "All that was kept before the day that many days ago, e.g. 7d; 0d: before today.")
    private @Nullable String days;
  }

  AuditForgetCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, VaultException {
    PersonalVault personal = PersonalVault.of(console);
    personal.provePresence("audit forget");
    Path log = personal.home().resolve(NamedLog.DIRECTORY);
    Long n = which.n;
    try (Openings openings = new Openings(log)) {
      if (n != null) {
        String root = ArgumentsRoot.of(log, n).root();
        if (openings.find(root).isEmpty()) {
          throw ArgumentsRoot.forgotten(n);
        }
        record(personal, Entry.of(Event.FORGET).with(Field.REF, n));
        openings.forget(root);
      } else {
        String oldest = oldest();
        int days = openings.daysBefore(oldest);
        if (days == 0) {
          console.out().println("Nothing was kept before " + oldest + ": nothing is forgotten.");
          return 0;
        }
        record(personal, Entry.of(Event.FORGET).with(Field.REASON, "openings before " + oldest));
        openings.deleteBefore(oldest);
        console
            .out()
            .println(days + (days == 1 ? " day" : " days") + " before " + oldest + " forgotten;");
        console.out().println("what was kept from then on is there. The chain is as it was.");
        return 0;
      }
    }
    console.out().println("Forgotten. The chain is as it was, and says so.");
    return 0;
  }

  private String oldest() throws CommandFailure {
    String days = String.valueOf(which.days);
    if (!days.matches("[0-9]{1,4}d?")) {
      throw CommandFailure.usage(
          "--older-than takes days", "gatekeeper audit forget --older-than 7d");
    }
    return console.today().minusDays(Long.parseLong(days.replace("d", ""))).toString();
  }

  /** The record comes first: what is gone is told, also when the power fails in between. */
  private static void record(PersonalVault personal, Entry entry) throws CommandFailure {
    try (AuditLog log = personal.log()) {
      log.append(entry.with(Field.APPROVER, "person"));
    } catch (AuditException e) {
      throw NamedLog.cannotJudge("nothing is forgotten without a record: " + e.fault().text());
    }
  }
}
