package dev.gatekeeper.cli.vault.team;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.team.OpenTeam;
import dev.gatekeeper.team.TeamFile;
import dev.gatekeeper.team.TeamPlace;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code gatekeeper vault accept}. */
@Command(
    name = "accept",
    description = {
      "Take the team vault in this project as your team's.",
      "Once for each project, and again only where it is replaced as a whole. The file comes from"
          + " git: whoever can push can put one of their own there. Compare the fingerprints that"
          + " it shows with your teammates' before you give the passphrase."
    })
public final class VaultAcceptCommand implements Callable<Integer> {
  private final Console console;

  VaultAcceptCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault vaults = PersonalVault.of(console);
    vaults.refuseAgents("vault accept");
    TeamPlace place = TeamSession.place(console);
    if (!place.exists()) {
      throw CommandFailure.no("this project has no team vault", "gatekeeper vault init --team");
    }
    TeamFile shown = TeamFile.read(vaults.home(), place);
    new TeamMembers(console).show(shown);
    try (OpenVault personal = vaults.open();
        AuditLog log = vaults.log()) {
      TeamSession.record(
          log, new Change("accept", List.of(), shown.header().generation(), shown.digest()));
      OpenTeam.accept(vaults.home(), place, shown.digest(), personal.presence());
      vaults.prints().renew(personal);
    }
    console.out().println("Accepted: what its members write counts in this project from now on.");
    return 0;
  }
}
