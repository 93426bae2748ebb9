package dev.gatekeeper.cli.vault.slot;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper vault passphrase}. */
@Command(
    name = "passphrase",
    description = {
      "Change the passphrase.",
      "The vault gets other keys with it: the old passphrase opens nothing of the file, even for"
          + " somebody who has kept a copy of before. Other slots open the vault as they did."
    })
public final class VaultPassphraseCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--new-file",
      paramLabel = "FILE",
      description = "An owner-only file with the new passphrase, instead of the terminal.")
  private @Nullable Path file;

  VaultPassphraseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault passphrase");
    try (OpenVault vault = personal.open();
        Passphrase next = NewPassphrase.ask(file);
        AuditLog log = personal.log()) {
      vault.recordingTo(personal.recording(log, vault)).changePassphrase(next, Argon2Cost.DEFAULT);
      console.out().println("Changed. The old passphrase opens nothing of the vault any more.");
    }
    String named = console.environment().getOrDefault(PassphraseSource.FILE_VARIABLE, "");
    if (!named.isEmpty()) {
      console.out().println("Next: write the new passphrase to " + Console.printable(named) + ".");
    }
    console
        .out()
        .println(
            "Copies of the old file (backups) still open with it: whoever has both knows the"
                + " secrets of then, and the key that signs trust.");
    return 0;
  }
}
