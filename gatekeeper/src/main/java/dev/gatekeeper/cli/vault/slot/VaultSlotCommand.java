package dev.gatekeeper.cli.vault.slot;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.TeamMembers;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.vault.SlotInfo;
import dev.gatekeeper.vault.VaultFile;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper vault slot}: the ways into the vault. */
@Command(
    name = "slot",
    description = "The ways into the vault: passphrases, keyrings, recipients.",
    subcommands = {
      VaultSlotAddCommand.class,
      VaultSlotCommand.Slots.class,
      VaultSlotRemoveCommand.class
    })
public final class VaultSlotCommand {
  /** {@code gatekeeper vault slot list}. */
  @Command(
      name = "list",
      description = {
        "List the slots; asks for no passphrase.",
        "It repeats what the file says. Whether that is true: gatekeeper vault status --verify"
      })
  static final class Slots implements Callable<Integer> {
    private final Console console;

    @Option(names = "--json", description = "One JSON object a slot.")
    private boolean json;

    @Option(names = "--team", description = "Those who open the repository's vault.")
    private boolean team;

    Slots(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws Exception {
      if (team) {
        return new TeamMembers(console).list(json);
      }
      VaultFile file = PersonalVault.of(console).file();
      if (!file.exists()) {
        throw CommandFailure.no("there is no vault yet", "gatekeeper vault init");
      }
      List<SlotInfo> slots = file.header().slotInfos();
      int width = slots.stream().mapToInt(slot -> slot.label().length()).max().orElse(0);
      for (SlotInfo slot : slots) {
        if (json) {
          console.print(
              Json.object()
                  .put("label", slot.label())
                  .put("kind", slot.kind())
                  .put("public_key", slot.publicKey()));
        } else {
          String padding = " ".repeat(width - slot.label().length() + 2);
          console.out().println(slot.label() + padding + slot.kind() + "  " + slot.publicKey());
        }
      }
      return 0;
    }
  }
}
