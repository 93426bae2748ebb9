package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * One record as it stands in the log. Values were written by whoever made the call: not safe for a
 * terminal.
 */
public final class AuditRecord {
  private final String json;
  private final Event event;
  private final Map<Field, String> values;

  private AuditRecord(String json, Event event, Map<Field, String> values) {
    this.json = json;
    this.event = event;
    this.values = values;
  }

  static AuditRecord of(RecordLine line, byte[] bytes, int from, int to) {
    Map<Field, String> values = new EnumMap<>(Field.class);
    for (Field field : Field.values()) {
      line.get(field).ifPresent(value -> values.put(field, value));
    }
    String json = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    return new AuditRecord(json, line.event(), values);
  }

  /** The line, without its line feed. */
  public String json() {
    return json;
  }

  public Event event() {
    return event;
  }

  /** The value of a field, where the record has it. */
  public Optional<String> get(Field field) {
    return Optional.ofNullable(values.get(field));
  }
}
