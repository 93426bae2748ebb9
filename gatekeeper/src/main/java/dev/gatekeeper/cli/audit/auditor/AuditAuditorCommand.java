package dev.gatekeeper.cli.audit.auditor;

import picocli.CommandLine.Command;

/** {@code gatekeeper audit auditor}. */
@Command(
    name = "auditor",
    description = {
      "Who may check the MACs of this log besides you: each new epoch seals its key to them.",
      "An auditor needs a copy of the log (audit bundle), and types gatekeeper audit verify --key,"
          + " or --key-file FILE where they have no vault."
    },
    subcommands = {
      AuditorAddCommand.class,
      AuditorListCommand.class,
      AuditorRemoveCommand.class,
      AuditorKeyCommand.class
    })
public final class AuditAuditorCommand {
  public AuditAuditorCommand() {}
}
