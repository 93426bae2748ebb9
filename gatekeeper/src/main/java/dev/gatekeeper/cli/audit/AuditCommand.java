package dev.gatekeeper.cli.audit;

import dev.gatekeeper.cli.audit.auditor.AuditAuditorCommand;
import dev.gatekeeper.cli.audit.proof.AuditAnchorCommand;
import dev.gatekeeper.cli.audit.proof.AuditCheckpointCommand;
import dev.gatekeeper.cli.audit.proof.AuditProveCommand;
import dev.gatekeeper.cli.audit.proof.AuditVerifyCommand;
import picocli.CommandLine.Command;

/** {@code gatekeeper audit}: the record of calls, grants and denials. */
@Command(
    description = "Read and check the record of calls, grants and denials.",
    subcommands = {
      AuditVerifyCommand.class,
      AuditProveCommand.class,
      AuditShowCommand.class,
      AuditReportCommand.class,
      AuditExportCommand.class,
      AuditBundleCommand.class,
      AuditTailCommand.class,
      AuditCheckpointCommand.class,
      AuditAnchorCommand.class,
      AuditRecoverCommand.class,
      AuditOpenCommand.class,
      AuditForgetCommand.class,
      AuditPruneCommand.class,
      AuditAuditorCommand.class
    })
public final class AuditCommand {
  public AuditCommand() {}
}
