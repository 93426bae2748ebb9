package dev.gatekeeper.cli.vault;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.TeamMembers;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.ChangeRecord;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.key.Passphrase;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper vault init}. */
@Command(
    name = "init",
    description = {
      "Create an empty vault that a passphrase opens.",
      "The passphrase is asked for at the terminal, twice, or read from the owner-only file that"
          + " GATEKEEPER_PASSPHRASE_FILE names. Whoever forgets it loses the vault."
    })
final class VaultInitCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--team",
      description = "The vault of this repository, .gatekeeper/team.vault, with you as a member.")
  private boolean team;

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "What the team vault calls you; your user name by default.")
  private String label = "";

  VaultInitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (team) {
      return new TeamMembers(console).init(label);
    }
    if (!label.isEmpty()) {
      throw CommandFailure.usage(
          "--label is for a team's vault", "gatekeeper vault init --team --label NAME");
    }
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault init");
    VaultFile file = personal.file();
    if (file.exists()) {
      throw CommandFailure.no(file.path() + " is there already", "gatekeeper vault status");
    }
    try (Passphrase passphrase = personal.passphrase("Passphrase of the new vault", true);
        OpenVault vault = VaultFile.create(file.path(), passphrase)) {
      // Only now: the log seals its keys to the vault that there is, beginning with this record.
      try (AuditLog log = personal.log()) {
        Change created = new Change("create", List.of(), 1, vault.digest());
        ChangeRecord record = personal.recording(log, vault);
        record.before(created);
        record.after(created);
      }
    }
    console.out().println("Created " + Console.printable(file.path().toString()) + ".");
    console.out().println("Next: gatekeeper vault put NAME");
    return 0;
  }
}
