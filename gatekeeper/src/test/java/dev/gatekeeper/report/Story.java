package dev.gatekeeper.report;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditException;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real log whose clock stands still until the test moves it. */
public final class Story implements AutoCloseable {
  public static final Instant START = Instant.parse("2026-03-01T09:00:00Z");

  private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]+)\"");

  private final AuditContext context = new AuditContext();
  private final AuditLog log;
  private volatile Instant now = START;

  public Story(Path directory) throws AuditException {
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    this.log = AuditLog.open(directory, AuditOptions.of(context).clock(clock));
    context.agent("claude-code", "2.0.0");
    context.session("5e551011");
  }

  public Story session(String id) {
    context.session(id);
    return this;
  }

  public Story at(String time) {
    now = Instant.parse("2026-03-01T" + time + "Z");
    return this;
  }

  public long append(Entry entry) throws AuditException {
    return log.append(entry);
  }

  public long event(Event event, String reason) throws AuditException {
    return append(Entry.of(event).with(Field.REASON, reason));
  }

  public long intent(String server, String tool) throws AuditException {
    return append(call(Event.CALL_INTENT, server, tool));
  }

  public long denied(String server, String tool) throws AuditException {
    return append(call(Event.CALL_DENIED, server, tool).with(Field.RULE, "deny[0]"));
  }

  private static Entry call(Event event, String server, String tool) {
    return Entry.of(event)
        .with(Field.SERVER, server)
        .with(Field.METHOD, "tools/call")
        .with(Field.TOOL, tool);
  }

  public long outcome(long intent, String how) throws AuditException {
    return append(
        Entry.of(Event.CALL_OUTCOME)
            .with(Field.REF, intent)
            .with(Field.OUTCOME, how)
            .with(Field.DURATION, 1_234)
            .with(Field.SIZE, 56_789));
  }

  public long grant(String server, String secret) throws AuditException {
    return append(
        Entry.of(Event.GRANT)
            .with(Field.SERVER, server)
            .with(Field.SECRET, secret)
            .with(Field.VARIABLE, "TOKEN"));
  }

  public long revoke(String server, String secret, long grant) throws AuditException {
    return append(
        Entry.of(Event.REVOKE)
            .with(Field.SERVER, server)
            .with(Field.SECRET, secret)
            .with(Field.REF, grant));
  }

  @Override
  public void close() {
    log.close();
  }

  /** Lets the clock that nobody sets say what the other one says; the chain breaks. */
  static void alignClocks(Path directory) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : SampleLog.lines(directory)) {
      Matcher time = TIME.matcher(line);
      if (!time.find()) {
        throw new AssertionError("a record without a time");
      }
      lines.add(
          line.replaceFirst(
              "\"mono\":\"[0-9]+\"", "\"mono\":\"" + When.millis(time.group(1)) + "\""));
    }
    SampleLog.write(directory, lines);
  }
}
