package dev.gatekeeper.cli.vault;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.vault.OpenVault;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code gatekeeper vault rekey}. */
@Command(
    name = "rekey",
    description = {
      "Give the vault other keys, and seal every secret anew.",
      "Passphrases and slots stay. Whoever learned a key of before, from the memory of a process"
          + " or an old slot, opens nothing of the new file."
    })
final class VaultRekeyCommand implements Callable<Integer> {
  private final Console console;

  VaultRekeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault rekey");
    try (OpenVault vault = personal.open();
        AuditLog log = personal.log()) {
      vault.recordingTo(change -> PersonalVault.record(log, change)).rekey();
      console
          .out()
          .println(
              "The vault has other keys. Opened as before by: "
                  + String.join(", ", vault.header().slots()));
    }
    return 0;
  }
}
