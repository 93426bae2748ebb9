package dev.gatekeeper.cli.audit;

import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Who may have what is kept of the arguments of calls, by whichever command. */
final class KeptArguments {
  private KeptArguments() {}

  /**
   * What was kept at home asks for the person whose it is, by whatever name the log is called; of
   * another log it is for whoever was given it, but no agent.
   *
   * @param command what is refused where it is, as it is typed
   * @return the person's vault, open, where the log is its own
   */
  static Optional<OpenVault> admit(Console console, Path log, String command)
      throws IOException, CommandFailure, VaultException {
    PersonalVault personal = PersonalVault.of(console);
    Path own = personal.home().resolve(NamedLog.DIRECTORY);
    boolean home =
        log.equals(own) || (Files.exists(own) && Files.exists(log) && Files.isSameFile(own, log));
    if (home) {
      return personal.presence(command);
    }
    personal.refuseAgents(command);
    return Optional.empty();
  }
}
