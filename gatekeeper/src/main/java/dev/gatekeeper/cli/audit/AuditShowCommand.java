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
import picocli.CommandLine.Parameters;

/** {@code gatekeeper audit show}: the records, oldest first. */
@Command(name = "show", description = "Print records, oldest first. It judges nothing: see verify.")
final class AuditShowCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private AuditFilter filter = new AuditFilter();

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "A log; by default the one of the home.")
  private @Nullable Path directory;

  AuditShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    AuditReader reader = new AuditReader(AuditCommand.directory(console, directory));
    Predicate<AuditRecord> wanted = filter.predicate(console.clock());
    try {
      reader.read(
          one -> {
            if (wanted.test(one)) {
              filter.print(one, console.out());
            }
            return !console.out().checkError();
          });
    } catch (CannotJudge e) {
      throw AuditCommand.cannotJudge(e.text());
    }
    if (reader.unreadable() > 0) {
      throw CommandFailure.no(
          reader.unreadable() + " lines of the log are not records", "gatekeeper audit verify");
    }
    return 0;
  }
}
