package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.LogLines;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The commitment to the arguments of one call, as its record holds it.
 *
 * @param secrets the digest of what is kept of secrets in them; empty where nothing is
 */
record ArgumentsRoot(String root, String secrets) {
  /** The record itself, of whatever kind it is. */
  static AuditRecord record(Path log, long n) throws CommandFailure {
    LogLines lines = lines(log);
    if (n >= 0 && n < lines.first()) {
      throw CommandFailure.no(
          "record " + n + " was pruned: its hash is left, and nothing of its arguments",
          "gatekeeper audit show --event prune");
    }
    return line(lines, n)
        .orElseThrow(() -> CommandFailure.no("there is no record " + n, "gatekeeper audit show"));
  }

  static ArgumentsRoot of(Path log, long n) throws CommandFailure {
    AuditRecord record = record(log, n);
    return new ArgumentsRoot(
        record
            .get(Field.ARGUMENTS)
            .orElseThrow(
                () ->
                    CommandFailure.no(
                        "record " + n + " is not of a call with arguments",
                        "gatekeeper audit show")),
        record.get(Field.DIGEST).orElse(""));
  }

  private static LogLines lines(Path log) throws CommandFailure {
    try {
      return LogLines.of(log);
    } catch (IOException e) {
      throw NamedLog.cannotJudge("the log cannot be read: " + e.getMessage());
    }
  }

  private static Optional<AuditRecord> line(LogLines lines, long n) {
    try {
      return AuditRecord.parse(lines.line(n));
    } catch (IOException e) {
      // It ends before, or another line stands there: verification says which.
      return Optional.empty();
    }
  }

  /** What is said when nothing is left to open it. */
  static CommandFailure forgotten(long n) {
    return CommandFailure.no(
        "the arguments of record " + n + " cannot be opened any more",
        "openings are kept for 30 days, or until 'gatekeeper audit forget'; a bundle has those that"
            + " it was made with (--with-openings)");
  }
}
