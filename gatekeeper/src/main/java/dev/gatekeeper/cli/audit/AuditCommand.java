package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.report.source.ReportException;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
      AuditPruneCommand.class
    })
public final class AuditCommand {
  /** Of the home: where the log lies. */
  static final String DIRECTORY = "audit";

  /** Bytes of a checkpoint. */
  private static final int MAX_NOTE = 4096;

  public AuditCommand() {}

  /** The directory that was named, or that of a bundle, or the one of the home. */
  static Path directory(Console console, @Nullable Path named) throws IOException {
    return named == null
        ? Home.locate(console.environment()).resolve(DIRECTORY)
        : unpacked(console.directory().resolve(named));
  }

  /** A bundle is unpacked for as long as the process lives. */
  private static Path unpacked(Path named) throws IOException {
    if (!Files.isRegularFile(named)) {
      return named;
    }
    try {
      Sources bundle = Sources.open(List.of(named.toString()), named);
      Runtime.getRuntime().addShutdownHook(new Thread(bundle::close, "audit-bundle"));
      return bundle.all().getFirst().directory();
    } catch (ReportException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** A checkpoint that was kept in a file. */
  static SignedCheckpoint checkpoint(Path file) throws IOException, CommandFailure {
    return SignedCheckpoint.parseOne(DurableFile.readBounded(file, MAX_NOTE))
        .orElseThrow(() -> cannotJudge(file + " is not a checkpoint, or a damaged one"));
  }

  static CommandFailure cannotJudge(String what) {
    return new CommandFailure(CommandFailure.CANNOT_JUDGE, what, Optional.empty());
  }
}
