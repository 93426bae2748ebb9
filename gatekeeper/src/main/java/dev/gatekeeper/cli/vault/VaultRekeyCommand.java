package dev.gatekeeper.cli.vault;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.TeamMembers;
import dev.gatekeeper.vault.OpenVault;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

  @Option(
      names = "--restored",
      description =
          "The file is an older one that you have put back: it becomes the present vault.")
  private boolean restored;

  @Option(names = "--team", description = "The repository's vault.")
  private boolean team;

  VaultRekeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (team) {
      return new TeamMembers(console).rekey();
    }
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault rekey");
    try (OpenVault vault = restored ? personal.openOlder() : personal.open();
        AuditLog log = personal.log()) {
      vault.recordingTo(personal.recording(log, vault)).rekey();
      console
          .out()
          .println(
              "The vault has other keys. Opened as before by: "
                  + String.join(", ", vault.header().slots()));
    }
    return 0;
  }
}
