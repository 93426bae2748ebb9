package dev.gatekeeper.report;

import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.report.source.Source;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One line of the timeline: a record, or a call together with its outcome. All text was written by
 * others, and is not safe to print.
 *
 * @param record the record; of a call, its intent
 * @param outcome how the call ended, where that is known
 */
public record Row(Source source, AuditRecord record, Optional<AuditRecord> outcome) {
  /** The name of a call together with its outcome. */
  public static final String CALL = "call";

  /** The result of a call that nobody answered yet, or that a crash cut off. */
  public static final String IN_FLIGHT = "in_flight";

  /** The result of what was not allowed. */
  public static final String DENIED = "denied";

  /** {@code call}, or the event of the record. */
  public String kind() {
    return record.event() == Event.CALL_INTENT ? CALL : record.event().text();
  }

  /** How it went; empty where that is no question. */
  public String result() {
    return switch (record.event()) {
      case CALL_INTENT ->
          outcome.isEmpty() ? IN_FLIGHT : outcome.get().get(Field.OUTCOME).orElse("");
      case CALL_DENIED -> DENIED;
      default -> record.get(Field.OUTCOME).orElse("");
    };
  }

  /** As the record has it, or else its outcome. */
  public Optional<String> get(Field field) {
    return record.get(field).or(() -> outcome.flatMap(end -> end.get(field)));
  }

  /** A field that counts something, where it is there and is a number. */
  public OptionalLong number(Field field) {
    return record.has(field) || outcome.isEmpty()
        ? record.number(field)
        : outcome.get().number(field);
  }

  /** Its number in its log. */
  public long n() {
    return record.n();
  }

  /** When it began: {@code 2026-01-31T23:59:59.999Z}. */
  public String time() {
    return record.get(Field.TIME).orElseThrow();
  }

  long millis() {
    return When.millis(time());
  }
}
