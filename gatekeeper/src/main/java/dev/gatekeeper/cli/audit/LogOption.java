package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.report.source.ReportException;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --log}: which logs a reading command reads. */
final class LogOption {
  @Option(
      names = "--log",
      arity = "1..*",
      paramLabel = "[NAME=]DIR|BUNDLE",
      description = {
        "Read these logs, or bundles of them, side by side; by default the one of the home.",
        "NAME stands in each line for its log: --log alice=DIR bob=FILE.tar.gz"
      })
  private List<String> named = List.of();

  /** The logs, to be closed. */
  Sources open(Console console) throws IOException, CommandFailure {
    List<String> logs = isHome() ? List.of(NamedLog.directory(console, null).toString()) : named;
    try {
      Sources sources = Sources.open(logs, console.directory());
      for (Source source : sources.all()) {
        long start = new AuditReader(source.directory()).start();
        if (start > 0) {
          String range = start == 1 ? "record 0 is" : "records 0 to " + (start - 1) + " are";
          console.err().println("gatekeeper: " + range + " not in " + source.name() + " any more");
        }
      }
      return sources;
    } catch (CannotJudge e) {
      throw NamedLog.cannotJudge(e.text());
    } catch (ReportException e) {
      throw NamedLog.cannotJudge(String.valueOf(e.getMessage()));
    }
  }

  /** Whether it is the log of the home that is read. */
  boolean isHome() {
    return named.isEmpty();
  }
}
