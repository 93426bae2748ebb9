package dev.gatekeeper.cli.vault.slot;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.TeamMembers;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SecretInfo;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper vault slot remove LABEL}. */
@Command(
    name = "remove",
    description = {
      "Remove a way into the vault.",
      "The vault gets other keys: the slot opens nothing of the new file. It says which secrets the"
          + " slot could open until now; replace them where they are valid."
    })
final class VaultSlotRemoveCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "LABEL", description = "As gatekeeper vault slot list says it.")
  private String label = "";

  @Option(names = "--json", description = "As a JSON object.")
  private boolean json;

  @Option(names = "--team", description = "Somebody who opens the repository's vault.")
  private boolean team;

  VaultSlotRemoveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (team) {
      return new TeamMembers(console).remove(label, json);
    }
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault slot remove");
    List<SecretInfo> known;
    try (OpenVault vault = personal.open();
        AuditLog log = personal.log()) {
      boolean keyring = KeyringSlot.is(vault, label);
      vault.recordingTo(personal.recording(log, vault)).removeSlot(label);
      if (keyring) {
        KeyringSlot.forget(vault, console);
      }
      known = vault.secrets();
    }
    if (json) {
      JsonWriter object = Json.object().put("removed", label);
      object.array("rotate", array -> known.forEach(secret -> array.add(secret.name())));
      console.print(object);
      return 0;
    }
    console.out().println("Removed " + label + ". It opens nothing of the vault any more.");
    if (!known.isEmpty()) {
      console.out().println("It could open these until now. Replace each where it is valid, then");
      console.out().println("gatekeeper vault put NAME:");
      known.forEach(secret -> console.out().println("  " + secret.name()));
    }
    return 0;
  }
}
