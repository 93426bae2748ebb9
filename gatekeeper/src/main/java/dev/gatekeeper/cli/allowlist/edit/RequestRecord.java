package dev.gatekeeper.cli.allowlist.edit;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.request.AccessRequest;
import java.io.IOException;

/** What a person answered to a request, in the log before it is done. */
final class RequestRecord {
  private final Console console;

  RequestRecord(Console console) {
    this.console = console;
  }

  /**
   * Appends the answer.
   *
   * @param outcome {@code accepted} or {@code dismissed}
   */
  void append(AccessRequest request, String outcome) throws CommandFailure, IOException {
    AuditContext context = new AuditContext();
    context.project(request.project());
    Entry entry =
        Entry.of(Event.APPROVAL)
            .with(Field.OUTCOME, outcome)
            .with(Field.REASON, "request " + request.id() + " for a " + request.kind());
    entry =
        switch (request.kind()) {
          case "server" -> entry.with(Field.SERVER, request.name());
          case "secret" -> entry.with(Field.SECRET, "secret:" + request.name());
          default -> entry.with(Field.TOOL, request.name());
        };
    try (AuditLog log = PersonalVault.of(console).log(context)) {
      log.append(entry);
    } catch (AuditException e) {
      throw CommandFailure.cannotJudge(
          "no answer without a record: " + e.fault().text(), "gatekeeper audit verify");
    }
  }
}
