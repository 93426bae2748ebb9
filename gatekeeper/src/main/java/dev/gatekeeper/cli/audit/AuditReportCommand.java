package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.Head;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.audit.proof.Witnesses;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.Progress;
import dev.gatekeeper.report.page.Page;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit report}: one page for a person who was not there. */
@Command(
    name = "report",
    description = {
      "Write one HTML file: verdict, secrets, servers, sessions, timeline.",
      "It holds all that it shows, and asks no network for anything."
    })
final class AuditReportCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private LogOption logs = new LogOption();
  @Mixin private SelectionOptions wanted = new SelectionOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = "--anchors",
      paramLabel = "REF",
      description = {
        "Compare the log with this branch of audit anchor; by default with the branches of its own",
        "that the git repository around has. Several logs are compared with what each saw of the"
            + " others as well."
      })
  private @Nullable String anchors;

  @Option(
      names = "--accepted-loss",
      paramLabel = "COMMIT",
      description = "With --anchors: this commit may give up anchored records; can be repeated.")
  private List<String> accepted = List.of();

  AuditReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    try (Sources sources = logs.open(console);
        Progress reading = console.progress("reading");
        Progress verifying = console.progress("verifying")) {
      output.requirePlace(console);
      ExportNote.write(console, "report", sources, wanted.range(console.clock()));
      Map<Source, List<Head>> heads =
          new Witnesses(console).of(sources.all(), Optional.ofNullable(anchors), accepted);
      Page page =
          new Page(
              sources,
              wanted.selection(console.clock()),
              wanted.isAll() ? "" : wanted.range(console.clock()),
              console.clock().instant(),
              source -> heads.getOrDefault(source, List.of()),
              AuditVerifier.withoutKey().watcher((bytes, all) -> verifying.at(bytes, all, "bytes")),
              rows -> reading.at(rows, 0, "rows"));
      output.write(console, page::writeTo);
      return 0;
    } catch (CannotJudge e) {
      throw NamedLog.cannotJudge(e.text());
    }
  }
}
