package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.trust.Auditors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit checkpoint}: signs the present end and prints what was signed. */
@Command(
    name = "checkpoint",
    description = {
      "Sign the present end of the log and print the checkpoint (C2SP tlog-checkpoint).",
      "Kept elsewhere, it shows later that nothing below it was changed or cut off."
    })
public final class AuditCheckpointCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Print one JSON object that holds it.")
  private boolean json;

  AuditCheckpointCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    Home home = Home.locate(console.environment());
    try {
      Optional<byte[]> note =
          AuditLog.checkpoint(
              home.resolve(NamedLog.DIRECTORY),
              AuditOptions.of(new AuditContext())
                  .clock(console.clock())
                  .recipients(new Auditors(home)::recipients));
      if (note.isEmpty()) {
        throw NamedLog.cannotJudge("there is no log yet");
      }
      String text = new String(note.get(), StandardCharsets.UTF_8);
      if (json) {
        console.print(Json.object().put("checkpoint", text));
      } else {
        console.out().print(text);
      }
      return 0;
    } catch (AuditException e) {
      throw NamedLog.cannotJudge(e.fault().text());
    }
  }
}
