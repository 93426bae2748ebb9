package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.report.Exposure;
import dev.gatekeeper.report.RowText;
import dev.gatekeeper.report.Selection;
import dev.gatekeeper.report.TableText;
import dev.gatekeeper.report.Tally;
import dev.gatekeeper.report.Timeline;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit show}: what happened, oldest first. */
@Command(
    name = "show",
    description = {
      "Print what happened, oldest first: a call and its outcome in one line.",
      "It judges nothing: see verify."
    })
final class AuditShowCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private LogOption logs = new LogOption();
  @Mixin private SelectionOptions wanted = new SelectionOptions();

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Option(
      names = "--by",
      paramLabel = "server|tool|secret|session|day",
      description = "Print a table of counts instead.")
  private @Nullable String by;

  @Option(
      names = "--exposure",
      description = {
        "Print for how long processes held each secret, beside what exporting it in the shell",
        "would have been: all sessions from beginning to end. The same as --by secret."
      })
  private boolean exposure;

  AuditShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure {
    Selection selection = wanted.selection(console.clock());
    try (Sources sources = logs.open(console)) {
      if (exposure || "secret".equals(by)) {
        Exposure held = Exposure.of(sources, selection);
        print(json ? TableText.json(held) : TableText.of(held));
        return 0;
      }
      Timeline timeline = new Timeline(sources, selection);
      if (by == null) {
        RowText text = new RowText(sources.all().size() > 1);
        AtomicLong rows = new AtomicLong();
        timeline.read(
            row -> {
              rows.incrementAndGet();
              console.out().println(json ? text.json(row) : text.line(row));
              return !console.out().checkError();
            });
        if (rows.get() == 0) {
          console.err().println("gatekeeper: no record of this log is of that kind");
        }
      } else {
        Tally.By what =
            Tally.By.named(by)
                .orElseThrow(
                    () ->
                        CommandFailure.usage(
                            "--by takes server, tool, secret, session or day",
                            "gatekeeper audit show --by server"));
        Tally tally = new Tally(what);
        timeline.read(
            row -> {
              tally.add(row);
              return true;
            });
        print(json ? TableText.json(what, tally) : TableText.of(what, tally));
      }
      if (timeline.unreadable() > 0) {
        throw CommandFailure.no(
            timeline.unreadable() + " lines of the log are not records", "gatekeeper audit verify");
      }
      return 0;
    } catch (CannotJudge e) {
      throw NamedLog.cannotJudge(e.text());
    }
  }

  private void print(List<String> lines) {
    lines.forEach(console.out()::println);
  }
}
