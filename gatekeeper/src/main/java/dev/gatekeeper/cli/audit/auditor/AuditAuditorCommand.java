package dev.gatekeeper.cli.audit.auditor;

import picocli.CommandLine.Command;

/** {@code gatekeeper audit auditor}. */
@Command(
    name = "auditor",
    description = {
      "Who may check the MACs of this log besides you: each new epoch seals its key to them.",
      "An auditor needs a copy of the log (audit bundle), and types gatekeeper audit verify --key."
    },
    subcommands = {AuditorAddCommand.class, AuditorListCommand.class, AuditorRemoveCommand.class})
public final class AuditAuditorCommand {
  public AuditAuditorCommand() {}
}
