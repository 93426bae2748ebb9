package dev.gatekeeper.audit.reading;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Base64Url;
import dev.gatekeeper.audit.verify.line.MalformedRecord;
import dev.gatekeeper.audit.verify.line.RecordLine;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One record as it stands in the log. Values were written by whoever made the call: not safe for a
 * terminal.
 */
public final class AuditRecord {
  private final RecordLine line;

  private AuditRecord(RecordLine line) {
    this.line = line;
  }

  /** The record that {@code line} is at the moment: good until the line is another one. */
  static AuditRecord passing(RecordLine line) {
    return new AuditRecord(line);
  }

  /** The same record, for good: values are decoded when they are asked for. */
  AuditRecord copy() {
    return new AuditRecord(line.copy());
  }

  /** The record that {@code line} is, without its line feed; nothing when it is none. */
  public static Optional<AuditRecord> parse(byte[] line) {
    RecordLine parsed = new RecordLine();
    try {
      parsed.parse(line, 0, line.length);
      return Optional.of(passing(parsed).copy());
    } catch (MalformedRecord e) {
      return Optional.empty();
    }
  }

  /**
   * The 32 bytes that a field of base64url stands for; nothing when it is not their one spelling.
   */
  public static Optional<byte[]> key(String base64url) {
    byte[] text = base64url.getBytes(StandardCharsets.UTF_8);
    return Base64Url.isCanonical(text, 0, text.length, Format.HASH)
        ? Optional.of(Base64Url.decode(text, 0, Format.HASH))
        : Optional.empty();
  }

  /** Its number. */
  public long n() {
    return line.number(Field.N);
  }

  /** The log that it is of, in lower-case hexadecimal. */
  public String logId() {
    return HexFormat.of().formatHex(line.logId());
  }

  /** The line, without its line feed. */
  public String json() {
    return line.text();
  }

  public Event event() {
    return line.event();
  }

  /** Whether the record has a field. */
  public boolean has(Field field) {
    return line.has(field);
  }

  /** The value of a field that counts something, where it is a number in its one spelling. */
  public OptionalLong number(Field field) {
    return line.isNumber(field) ? OptionalLong.of(line.number(field)) : OptionalLong.empty();
  }

  /** The value of a field, where the record has it. */
  public Optional<String> get(Field field) {
    return line.get(field);
  }
}
