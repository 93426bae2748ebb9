package dev.gatekeeper.cli.vault;

import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.broker.SecretFiles;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.files.LockFile;
import dev.gatekeeper.holder.HolderClient;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code gatekeeper vault close}. Asks for nothing and waits for nobody: whoever is in a hurry is
 * in the right here.
 */
@Command(
    name = "close",
    description = {
      "Close the vault in all sessions, now.",
      "Ends the key holder, and every server and command that has a secret. Sessions stay closed,"
          + " those with a passphrase file or a keyring too, until: gatekeeper vault open"
    })
final class VaultCloseCommand implements Callable<Integer> {
  /** Then it closes without the lock: nobody who holds it keeps the vault open. */
  private static final Duration OTHERS = Duration.ofMillis(500);

  private final Console console;

  VaultCloseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PersonalVault personal = PersonalVault.of(console);
    Optional<IOException> fault = close(personal.home());
    boolean ended = endHolder(personal);
    SecretFiles.sweep(personal.home(), console.environment());
    try (AuditLog log = personal.log()) {
      long _ = log.append(Entry.of(Event.VAULT_CHANGE).with(Field.REASON, "close"));
    } catch (AuditException e) {
      console.err().println("gatekeeper: error: closed without a record: " + e.fault().text());
    }
    if (fault.isPresent()) {
      throw CommandFailure.cannotJudge(
          (ended ? "the key holder has ended, but " : "")
              + "running sessions could not be told: "
              + fault.get().getMessage(),
          "end the agents that run, make room on the disk, then: gatekeeper vault close");
    }
    console.out().println("The vault is closed. Servers that have a secret end within seconds.");
    return 0;
  }

  /** First the switch: the holder looks at it before each answer. */
  private static Optional<IOException> close(Home home) {
    try {
      try (LockFile _ = LockFile.acquire(home.resolve("holder.lock"), OTHERS)) {
        KillSwitch.in(home).close();
      } catch (IOException e) {
        KillSwitch.in(home).close();
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private static boolean endHolder(PersonalVault personal) {
    try {
      return personal.file().exists()
          && HolderClient.find(personal.home(), personal.file().header())
              .filter(HolderClient::end)
              .isPresent();
    } catch (VaultException e) {
      return false; // the switch has told it
    }
  }
}
