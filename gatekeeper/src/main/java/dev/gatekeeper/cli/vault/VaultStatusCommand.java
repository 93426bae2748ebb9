package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.TeamMembers;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.succession.Succession;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SlotKeyFile;
import dev.gatekeeper.vault.VaultFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code gatekeeper vault status}: needs no passphrase, so it can only repeat what the file claims,
 * unless it is asked to verify that.
 */
@Command(
    name = "status",
    description = {
      "Say where the vault is, how it is opened, and whether it is the one that was written last;"
          + " asks for no passphrase.",
      "With --verify it asks for one, and checks every byte and every secret of the file."
    })
final class VaultStatusCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "As a JSON object.")
  private boolean json;

  @Option(names = "--verify", description = "Open the vault, and check all of it.")
  private boolean verify;

  @Option(
      names = "--team",
      description = "Of the repository's vault: who opens it, and whether it counts here.")
  private boolean team;

  VaultStatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (team) {
      return new TeamMembers(console).status(json);
    }
    PersonalVault personal = PersonalVault.of(console);
    VaultFile file = personal.file();
    if (!file.exists()) {
      throw CommandFailure.no("there is no vault yet", "gatekeeper vault init");
    }
    if (verify) {
      try (OpenVault vault = personal.openOlder()) {
        vault.verifyAll();
      }
    }
    Header header = file.header();
    Succession succession = personal.succession();
    if (json) {
      JsonWriter object = Json.object();
      object.put("file", file.path().toString()).put("id", header.id());
      object.put("generation", header.generation());
      object.array("slots", array -> header.slots().forEach(array::add));
      object.put("succession", succession.word());
      object.put("verified", verify);
      object.put("passphrase", source());
      object.put("closed", KillSwitch.in(personal.home()).state().closed());
      OpenUntil.of(personal.home(), header)
          .ifPresent(until -> object.put("openUntil", until.toString()));
      console.print(object);
      return succession.holds() ? 0 : CommandFailure.NO;
    }
    console.out().println("file        " + Console.printable(file.path().toString()));
    console.out().println("id          " + header.id());
    console.out().println("generation  " + header.generation());
    console.out().println("slots       " + String.join(", ", header.slots()));
    console.out().println("sessions    " + OpenUntil.text(personal.home(), header));
    console.out().println("passphrase  " + source());
    console.out().println("succession  " + succession.text());
    if (verify) {
      console.out().println("verified    every byte of the file, and every value in it");
    }
    if (!succession.holds()) {
      console.err().println("gatekeeper: hint: " + Succession.HINT);
      return CommandFailure.NO;
    }
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
    String slotKey = console.environment().getOrDefault(SlotKeyFile.VARIABLE, "");
    if (!slotKey.isEmpty()) {
      return "asked for at the terminal; sessions read the secrets by the key in "
          + Console.printable(slotKey);
    }
    return console.environment().containsKey(PassphraseSource.DESCRIPTOR_VARIABLE)
        ? "descriptor"
        : "asked for at the terminal; serve has none: gatekeeper vault open, or a keyring slot";
  }
}
