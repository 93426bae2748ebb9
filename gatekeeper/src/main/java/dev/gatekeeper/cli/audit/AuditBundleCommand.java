package dev.gatekeeper.cli.audit;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.ShellWord;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.report.source.Bundle;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit bundle}: a log to hand over. */
@Command(
    name = "bundle",
    description = {
      "Write what somebody else needs to read and verify the log, without any key of yours.",
      "It holds the records, their checkpoints and proofs; no state, no secret."
    })
final class AuditBundleCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE.tar.gz|DIR",
      description = "Where to: one file, or a new directory.")
  private Path target = Path.of("");

  @Option(
      names = "--with-openings",
      description = "Add what tells of the arguments of calls (masked where it was kept masked).")
  private boolean openings;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private LogOption logs = new LogOption();

  AuditBundleCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, VaultException {
    Path file = console.directory().resolve(target);
    try (Sources sources = logs.open(console)) {
      if (sources.all().size() != 1) {
        throw CommandFailure.usage(
            "a bundle holds one log", "gatekeeper audit bundle --log DIR -o FILE.tar.gz");
      }
      OutputOption.requirePlace(file);
      if (openings) {
        KeptArguments.admit(
                console, sources.all().getFirst().directory(), "audit bundle --with-openings")
            .ifPresent(OpenVault::close);
      }
      ExportNote.write(
          console, "bundle", sources, openings ? "all records, with openings" : "all records");
      Source source = sources.all().getFirst();
      Bundle bundle = Bundle.of(source, openings);
      if (file.toString().endsWith(".gz") || file.toString().endsWith(".tgz")) {
        DurableFile.replace(file, bundle::writeTo);
      } else {
        bundle.writeTo(file);
      }
      if (json) {
        console.print(Json.object().put("bundle", file.toString()).put("withOpenings", openings));
        return 0;
      }
      console.out().println("wrote " + Console.printable(file.toString()));
      console
          .out()
          .println(
              "to check it, without any key: gatekeeper audit verify "
                  + ShellWord.of(target.toString()));
      return 0;
    }
  }
}
