package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Optional;
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
    PersonalVault personal = PersonalVault.of(console);
    Optional<String> kept = kept(personal);
    Optional<String> fingerprint = kept.isPresent() ? kept : recorded(personal);
    if (fingerprint.isEmpty()) {
      throw CommandFailure.no("there is no auditor of that name", "gatekeeper audit auditor list");
    }
    AuditorChange change = new AuditorChange(console);
    change.make(
        RecordedAuditors.text("removed", name, fingerprint.get()),
        (auditors, presence, _) -> {
          if (kept.isPresent()) {
            auditors.remove(name, presence);
          }
        });
    console.out().println("Removed " + name + ".");
    change.begin("what is written is theirs, too");
    console.out().println("What is written from now on is not theirs.");
    return 0;
  }

  private Optional<String> kept(PersonalVault personal) throws CommandFailure, VaultException {
    try {
      return new Auditors(personal.home())
          .all().stream()
              .filter(one -> one.name().equals(name))
              .map(Shown::fingerprint)
              .findFirst();
    } catch (TrustException e) {
      throw CommandFailure.cannotJudge(
          "who the auditors are cannot be told: " + e.getMessage(),
          "gatekeeper allowlist trust, and each auditor anew");
    }
  }

  /** Whom the store has lost, the log alone knows: who means that says it once. */
  private Optional<String> recorded(PersonalVault personal) throws CommandFailure {
    try {
      return new RecordedAuditors(personal.home().resolve("audit")).fingerprint(name);
    } catch (CannotJudge e) {
      throw CommandFailure.cannotJudge(e.text(), "gatekeeper audit verify");
    }
  }
}
