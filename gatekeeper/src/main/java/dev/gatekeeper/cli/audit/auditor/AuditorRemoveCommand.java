package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.auditor.Auditor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit auditor remove NAME}. */
@Command(
    name = "remove",
    description = {
      "Make somebody no auditor any more: a new epoch begins, whose key is not sealed to them.",
      "What was sealed to them before stays theirs."
    })
final class AuditorRemoveCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "As gatekeeper audit auditor list says it.")
  private String name = "";

  AuditorRemoveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Auditor auditor = known();
    AuditorChange change = new AuditorChange(console);
    change.make(
        AuditorChange.text("removed", auditor),
        (auditors, presence, _) -> auditors.remove(auditor.name(), presence));
    console.out().println("Removed " + auditor.name() + ".");
    change.begin("what is written is theirs, too");
    console.out().println("What is written from now on is not theirs.");
    return 0;
  }

  private Auditor known() throws Exception {
    try {
      return new Auditors(PersonalVault.of(console).home())
          .all().stream()
              .filter(one -> one.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      CommandFailure.no(
                          "there is no auditor of that name", "gatekeeper audit auditor list"));
    } catch (TrustException e) {
      throw CommandFailure.cannotJudge(
          "who the auditors are cannot be told: " + e.getMessage(),
          "gatekeeper allowlist trust, and each auditor anew");
    }
  }
}
