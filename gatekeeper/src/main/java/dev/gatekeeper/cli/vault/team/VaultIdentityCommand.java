package dev.gatekeeper.cli.vault.team;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.OpenVault;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper vault identity}. */
@Command(
    name = "identity",
    description = {
      "Print your public identity, for a teammate to let you in or to give you a secret.",
      "It is made on first need. The word can be sent over any channel; compare the fingerprint by"
          + " voice, since whoever changes the word on its way reads what is meant for you."
    })
public final class VaultIdentityCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "As a JSON object.")
  private boolean json;

  VaultIdentityCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault vaults = PersonalVault.of(console);
    vaults.refuseAgents("vault identity");
    try (OpenVault personal = vaults.open();
        AuditLog log = vaults.log()) {
      personal.recordingTo(vaults.recording(log, personal));
      try (TeamIdentity identity = TeamIdentity.need(personal)) {
        if (json) {
          console.print(
              Json.object()
                  .put("identity", identity.publicIdentity().text())
                  .put("fingerprint", identity.publicIdentity().fingerprint()));
        } else {
          console.out().println(identity.publicIdentity().text());
          console.out().println("fingerprint: " + identity.publicIdentity().fingerprint());
        }
      }
    }
    return 0;
  }
}
