package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.SecretStore;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper vault remove NAME}. */
@Command(
    name = "remove",
    description = {
      "Remove a secret from the vault.",
      "Servers that hold it keep it until they stop. The value stays valid where it came from:"
          + " revoke it there."
    })
final class VaultRemoveCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "As references name it, e.g. github/token.")
  private String name = "";

  @Option(names = "--team", description = "From the repository's vault.")
  private boolean team;

  VaultRemoveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault remove");
    try (SecretStore store = SecretStore.open(console, team)) {
      store.remove(name);
    }
    console.out().println("Removed " + name + ".");
    return 0;
  }
}
