package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.proof.Prover;
import dev.gatekeeper.audit.verify.SignedCheckpoint;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code gatekeeper audit prove}: a record, or the growth of the log, for somebody without the log.
 */
@Command(
    name = "prove",
    description = {
      "Print a proof (C2SP tlog-proof) that a record is in the log, with the record itself.",
      "gatekeeper audit verify --proof checks it anywhere, with the public key only."
    })
public final class AuditProveCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", arity = "0..1", paramLabel = "N", description = "Number of the record.")
  private @Nullable Long n;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "Prove under this checkpoint of the log instead of the newest.")
  private @Nullable Path checkpoint;

  @Option(
      names = "--since",
      paramLabel = "FILE",
      description = "Prove that the log only grew since this checkpoint.")
  private @Nullable Path since;

  @Option(
      names = "--log",
      paramLabel = "DIR|BUNDLE",
      description = "A log, or a bundle of one; by default the one of the home.")
  private @Nullable Path directory;

  AuditProveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    if ((n == null) == (since == null) || (n != null && n < 0)) {
      throw CommandFailure.usage(
          "prove takes the number of a record, or --since", "gatekeeper audit prove 17");
    }
    try {
      Prover prover = Prover.of(NamedLog.directory(console, directory));
      SignedCheckpoint head = checkpoint == null ? prover.newest() : read(checkpoint);
      console
          .out()
          .print(
              n != null
                  ? prover.inclusion(n, head).print()
                  : prover.growth(read(since), head).print());
      return 0;
    } catch (IOException e) {
      throw CommandFailure.cannotJudge(
          String.valueOf(e.getMessage()), "gatekeeper audit checkpoint, gatekeeper audit verify");
    }
  }

  private SignedCheckpoint read(@Nullable Path file) throws IOException, CommandFailure {
    if (file == null) {
      throw new AssertionError("asked for above");
    }
    return NamedLog.checkpoint(console, file);
  }
}
