package dev.gatekeeper.cli.audit;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.cli.audit.proof.NamedLog;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;

/** The record that says that somebody took something out of the log. */
final class ExportNote {
  private ExportNote() {}

  /**
   * Writes the record into the log of the home, where there is one, before anything is handed out.
   * A log that takes no record does not stop it: in an incident that is when it is needed.
   *
   * @param how {@code report}, {@code export}, {@code bundle}
   */
  static void write(Console console, String how, Sources sources, String range) throws IOException {
    PersonalVault personal = PersonalVault.of(console);
    if (!Files.exists(personal.home().resolve(NamedLog.DIRECTORY).resolve(Format.STATE_FILE))) {
      return;
    }
    String logs = sources.all().stream().map(Source::logId).collect(Collectors.joining(" "));
    AuditContext context = new AuditContext();
    context.project(console.directory().toString());
    try (AuditLog log = personal.log(context)) {
      log.append(
          Entry.of(Event.EXPORT)
              .with(Field.METHOD, how)
              .with(Field.APPROVER, System.getProperty("user.name", "?"))
              .with(Field.REASON, range + " of " + logs));
    } catch (AuditException e) {
      console.err().println("gatekeeper: the log has no record of this: " + e.fault().text());
    }
  }
}
