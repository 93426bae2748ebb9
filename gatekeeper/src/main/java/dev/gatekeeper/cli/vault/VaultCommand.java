package dev.gatekeeper.cli.vault;

import dev.gatekeeper.cli.vault.scan.VaultScanCommand;
import dev.gatekeeper.cli.vault.slot.VaultPassphraseCommand;
import dev.gatekeeper.cli.vault.slot.VaultSlotCommand;
import dev.gatekeeper.cli.vault.team.VaultAcceptCommand;
import dev.gatekeeper.cli.vault.team.VaultGiveCommand;
import dev.gatekeeper.cli.vault.team.VaultIdentityCommand;
import dev.gatekeeper.cli.vault.team.VaultMergeCommand;
import dev.gatekeeper.cli.vault.team.VaultTakeCommand;
import picocli.CommandLine.Command;

/** {@code gatekeeper vault}: keep the secrets. */
@Command(
    description = "Keep the secrets that servers and commands are launched with.",
    subcommands = {
      VaultInitCommand.class,
      VaultPutCommand.class,
      VaultListCommand.class,
      VaultRemoveCommand.class,
      VaultCheckCommand.class,
      VaultScanCommand.class,
      VaultImportCommand.class,
      VaultOpenCommand.class,
      VaultCloseCommand.class,
      VaultPassphraseCommand.class,
      VaultRekeyCommand.class,
      VaultSlotCommand.class,
      VaultStatusCommand.class,
      VaultIdentityCommand.class,
      VaultAcceptCommand.class,
      VaultMergeCommand.class,
      VaultGiveCommand.class,
      VaultTakeCommand.class
    })
public final class VaultCommand {}
