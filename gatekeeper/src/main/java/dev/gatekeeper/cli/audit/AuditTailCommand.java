package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.verify.AuditReader;
import dev.gatekeeper.audit.verify.AuditRecord;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit tail}: the newest records, and with {@code -f} those that follow. */
@Command(name = "tail", description = "Print the newest records, oldest first.")
final class AuditTailCommand implements Callable<Integer> {
  /** Milliseconds between two looks at a log that is followed. */
  private static final long PAUSE = 200;

  private final Console console;

  @Option(names = "-n", paramLabel = "COUNT", description = "How many (default ${DEFAULT-VALUE}).")
  private int count = 10;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with records as they are written, until interrupted.")
  private boolean follow;

  @Mixin private AuditFilter filter = new AuditFilter();

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "A log; by default the one of the home.")
  private @Nullable Path directory;

  AuditTailCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    AuditReader reader = new AuditReader(AuditCommand.directory(console, directory));
    Predicate<AuditRecord> wanted = filter.predicate(console.clock());
    try {
      for (AuditRecord one : reader.last(Math.max(0, count), wanted)) {
        filter.print(one, console.out());
      }
      while (follow && !console.out().checkError()) {
        Thread.sleep(PAUSE);
        reader.read(
            one -> {
              if (wanted.test(one)) {
                filter.print(one, console.out());
              }
              return true;
            });
      }
    } catch (CannotJudge e) {
      throw AuditCommand.cannotJudge(e.text());
    }
    return 0;
  }
}
