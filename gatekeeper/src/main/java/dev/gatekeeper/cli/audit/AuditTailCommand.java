package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.report.Row;
import dev.gatekeeper.report.RowText;
import dev.gatekeeper.report.Timeline;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatekeeper audit tail}: the newest records, and with {@code -f} those that follow. */
@Command(name = "tail", description = "Print the newest of what happened, oldest first.")
final class AuditTailCommand implements Callable<Integer> {
  /** Milliseconds between two looks at a log that is followed. */
  private static final long PAUSE = 200;

  private final Console console;

  @Option(names = "-n", paramLabel = "COUNT", description = "How many (default ${DEFAULT-VALUE}).")
  private int count = 10;

  @Option(
      names = {"-f", "--follow"},
      description = {
        "Go on with records as they are written, until interrupted.",
        "A call that takes long is told as in_flight, and once more when it ends."
      })
  private boolean follow;

  @Mixin private LogOption logs = new LogOption();
  @Mixin private SelectionOptions wanted = new SelectionOptions();

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  AuditTailCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    try (Sources sources = logs.open(console)) {
      Timeline timeline = new Timeline(sources, wanted.selection(console.clock()));
      RowText text = new RowText(sources.all().size() > 1);
      for (Row row : timeline.newest(Math.max(0, count))) {
        print(text, row);
      }
      while (follow && !console.out().checkError()) {
        Thread.sleep(PAUSE);
        timeline.follow(row -> print(text, row));
      }
      return 0;
    } catch (CannotJudge e) {
      throw NamedLog.cannotJudge(e.text());
    }
  }

  private boolean print(RowText text, Row row) {
    console.out().println(json ? text.json(row) : text.line(row));
    return !console.out().checkError();
  }
}
