package dev.gatekeeper.cli.vault;

import picocli.CommandLine.Command;

/** {@code gatekeeper vault}: keep the secrets. */
@Command(
    description = "Keep the secrets that servers and commands are launched with.",
    subcommands = {
      VaultInitCommand.class,
      VaultPutCommand.class,
      VaultListCommand.class,
      VaultRemoveCommand.class,
      VaultImportCommand.class,
      VaultOpenCommand.class,
      VaultCloseCommand.class,
      VaultPassphraseCommand.class,
      VaultRekeyCommand.class,
      VaultSlotCommand.class,
      VaultStatusCommand.class
    })
public final class VaultCommand {}
