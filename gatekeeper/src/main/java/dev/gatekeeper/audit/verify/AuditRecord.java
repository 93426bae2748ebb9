package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.util.Optional;

/**
 * One record as it stands in the log. Values were written by whoever made the call: not safe for a
 * terminal.
 */
public final class AuditRecord {
  private final RecordLine line;

  private AuditRecord(RecordLine line) {
    this.line = line;
  }

  /** A copy: values are decoded when they are asked for. */
  static AuditRecord of(RecordLine line) {
    return new AuditRecord(line.copy());
  }

  /** The line, without its line feed. */
  public String json() {
    return line.text();
  }

  public Event event() {
    return line.event();
  }

  /** The value of a field, where the record has it. */
  public Optional<String> get(Field field) {
    return line.get(field);
  }
}
