package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.report.Export;
import dev.gatekeeper.report.Selection;
import dev.gatekeeper.report.Timeline;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit export}: the rows of {@code show} for other programs. */
@Command(
    name = "export",
    description = "Write what show tells as one document: a JSON array, or CSV (RFC 4180).")
final class AuditExportCommand implements Callable<Integer> {
  /** The names are those that a person types. */
  enum Kind {
    json,
    csv
  }

  private final Console console;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "json|csv",
      description = "json is exact; csv spells controls out and defuses formulas.")
  private Kind format = Kind.json;

  @Mixin private LogOption logs = new LogOption();
  @Mixin private SelectionOptions wanted = new SelectionOptions();
  @Mixin private OutputOption output = new OutputOption();

  AuditExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    Selection selection = wanted.selection(console.clock());
    try (Sources sources = logs.open(console)) {
      output.requirePlace(console);
      ExportNote.write(console, "export", sources, wanted.range(console.clock()));
      Timeline timeline = new Timeline(sources, selection);
      output.write(
          console,
          out -> {
            try {
              switch (format) {
                case json -> Export.json(timeline, out);
                case csv -> Export.csv(timeline, out);
              }
            } catch (CannotJudge e) {
              throw new IOException(e.text(), e);
            }
          });
      if (timeline.unreadable() > 0) {
        throw CommandFailure.no(
            timeline.unreadable() + " lines of the log are not records", "gatekeeper audit verify");
      }
      return 0;
    }
  }
}
