package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.wire.Json;
import dev.gatekeeper.wire.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code gatekeeper vault status}: needs no passphrase, so it can only repeat what the file claims.
 */
@Command(
    name = "status",
    description = "Say where the vault is and how it is opened; asks for no passphrase.")
final class VaultStatusCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "As a JSON object.")
  private boolean json;

  VaultStatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    VaultFile file = PersonalVault.of(console).file();
    if (!file.exists()) {
      throw CommandFailure.no("there is no vault yet", "gatekeeper vault init");
    }
    Header header = file.header();
    if (json) {
      JsonWriter object = Json.object();
      object.put("file", file.path().toString()).put("id", header.id());
      object.put("generation", header.generation());
      object.array("slots", array -> header.slots().forEach(array::add));
      object.put("passphrase", source());
      console.print(object);
      return 0;
    }
    console.out().println("file        " + Console.printable(file.path().toString()));
    console.out().println("id          " + header.id());
    console.out().println("generation  " + header.generation());
    console.out().println("slots       " + String.join(", ", header.slots()));
    console.out().println("passphrase  " + source());
    return 0;
  }

  /** Where a session without a terminal would find the passphrase. */
  private String source() {
    String named = console.environment().getOrDefault(PassphraseSource.FILE_VARIABLE, "");
    if (!named.isEmpty()) {
      return Files.isRegularFile(Path.of(named))
          ? "file " + Console.printable(named)
          : "file " + Console.printable(named) + ", which is not there";
    }
    return console.environment().containsKey(PassphraseSource.DESCRIPTOR_VARIABLE)
        ? "descriptor"
        : "asked for at the terminal; serve has no terminal and needs "
            + PassphraseSource.FILE_VARIABLE;
  }
}
