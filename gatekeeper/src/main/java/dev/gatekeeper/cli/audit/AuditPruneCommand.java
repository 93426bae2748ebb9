package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.upkeep.Pruning;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit prune}: takes old segments off the log. */
@Command(
    name = "prune",
    description = {
      "Delete whole files of the log of which each record is older than --keep.",
      "The hash of each record stays, so that the rest is verified as before, and the log tells"
          + " what was pruned. A log that is not sound is not pruned."
    })
final class AuditPruneCommand implements Callable<Integer> {
  private static final Pattern AGE = Pattern.compile("([0-9]{1,4})([dwmy])");
  private static final Map<String, Integer> DAYS = Map.of("d", 1, "w", 7, "m", 30, "y", 365);

  private final Console console;

  @Option(
      names = "--keep",
      required = true,
      paramLabel = "AGE",
      description = "What is to stay: 90d, 26w, 6m or 1y.")
  private String keep = "";

  AuditPruneCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, VaultException {
    Matcher age = AGE.matcher(keep);
    if (!age.matches()) {
      throw CommandFailure.usage("--keep takes an age", "gatekeeper audit prune --keep 1y");
    }
    PersonalVault personal = PersonalVault.of(console);
    personal.provePresence("audit prune");
    int unit = DAYS.getOrDefault(age.group(2), 1);
    Duration kept = Duration.ofDays(Long.parseLong(age.group(1)) * unit);
    try (AuditLog log = personal.log()) {
      AuditReport report =
          AuditVerifier.withoutKey().verify(personal.home().resolve(NamedLog.DIRECTORY));
      if (!report.sound()) {
        throw CommandFailure.no(
            "the log is not sound, so it is not pruned", "gatekeeper audit verify");
      }
      long pruned = Pruning.prune(log, console.clock().instant().minus(kept));
      console
          .out()
          .println(
              pruned == 0
                  ? "Nothing to prune: no whole file of the log is that old."
                  : pruned + " records are pruned; their hashes stay.");
      return 0;
    } catch (AuditException e) {
      throw NamedLog.cannotJudge(e.fault().text());
    } catch (CannotJudge e) {
      throw NamedLog.cannotJudge(e.text());
    }
  }
}
