package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.upkeep.Recovery;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.console.Progress;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit recover}: makes a log that stays closed take records again. */
@Command(
    name = "recover",
    description = {
      "Make a log that stays closed take records again, after a failed sync or a lost end.",
      "The log tells of it for good, and what is taken off is kept in audit/set-aside. Damage with"
          + " records behind it is never repaired."
    })
final class AuditRecoverCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--accept-loss",
      description = "Give up records that were acknowledged and are missing.")
  private boolean acceptLoss;

  AuditRecoverCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, VaultException {
    PersonalVault personal = PersonalVault.of(console);
    personal.provePresence("audit recover");
    try (Progress progress = console.progress("reading")) {
      long lost =
          Recovery.recover(
              personal.home().resolve(NamedLog.DIRECTORY),
              personal.auditOptions(),
              acceptLoss,
              records -> progress.at(records, 0, "records"));
      console
          .out()
          .println(
              lost == 0
                  ? "The log takes records again; none was lost."
                  : "The log takes records again; " + lost + " are lost, and it says so.");
      return 0;
    } catch (AuditException e) {
      throw NamedLog.cannotJudge(e.fault().text());
    }
  }
}
