package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.reading.AuditReader;
import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.cli.console.CommandFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commitment to the arguments of one call, as its record holds it. */
record ArgumentsRoot(String root) {
  static ArgumentsRoot of(Path log, long n) throws CommandFailure {
    List<AuditRecord> found = new ArrayList<>();
    try {
      new AuditReader(log)
          .read(
              one -> {
                if (one.get(Field.N).orElse("").equals(Long.toString(n))) {
                  found.add(one);
                }
                return found.isEmpty();
              });
    } catch (CannotJudge e) {
      throw AuditCommand.cannotJudge(e.text());
    }
    if (found.isEmpty()) {
      throw CommandFailure.no("there is no record " + n, "gatekeeper audit show");
    }
    return new ArgumentsRoot(
        found
            .getFirst()
            .get(Field.ARGUMENTS)
            .orElseThrow(
                () ->
                    CommandFailure.no(
                        "record " + n + " is not of a call with arguments",
                        "gatekeeper audit show")));
  }

  /** What is said when nothing is left to open it. */
  static CommandFailure forgotten(long n) {
    return CommandFailure.no(
        "the arguments of record " + n + " cannot be opened any more",
        "openings are kept for 30 days, or until 'gatekeeper audit forget'");
  }
}
