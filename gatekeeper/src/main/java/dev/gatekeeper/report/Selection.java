package dev.gatekeeper.report;

import dev.gatekeeper.audit.reading.AuditRecord;
import dev.gatekeeper.audit.reading.Skim;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which records are asked for. Immutable; without any condition it is all of them. */
public final class Selection {
  /**
   * Milliseconds behind the end of the time asked for in which a call may still end: without it the
   * last calls would look unanswered.
   */
  static final long GRACE = 3_600_000;

  /** The fields that can be asked for. */
  private static final List<Field> RAREST_FIRST =
      List.of(Field.SECRET, Field.TOOL, Field.SERVER, Field.SESSION, Field.AGENT);

  public static final Selection ALL =
      new Selection(Map.of(), "", "", Long.MIN_VALUE, Long.MAX_VALUE);

  private final Map<Field, String> wanted;
  private final String event;
  private final String outcome;
  private final long since;
  private final long until;

  private Selection(
      Map<Field, String> wanted, String event, String outcome, long since, long until) {
    this.wanted = wanted;
    this.event = event;
    this.outcome = outcome;
    this.since = since;
    this.until = until;
  }

  /**
   * Only records with this value. A secret may stand without its {@code secret:}, and in the record
   * with others.
   */
  public Selection with(Field field, String value) {
    Map<Field, String> next = new EnumMap<>(Field.class);
    next.putAll(wanted);
    next.put(field, field == Field.SECRET && value.indexOf(':') < 0 ? "secret:" + value : value);
    return new Selection(next, event, outcome, since, until);
  }

  /** Only records of this event; {@code call} is a call together with its outcome. */
  public Selection event(String name) {
    return new Selection(wanted, name, outcome, since, until);
  }

  /** Only what ended in this way: {@code ok}, {@code denied}, {@code in_flight}, … */
  public Selection outcome(String name) {
    return new Selection(wanted, event, name, since, until);
  }

  public Selection since(Instant first) {
    return new Selection(wanted, event, outcome, first.toEpochMilli(), until);
  }

  /** Only records before {@code end}. */
  public Selection until(Instant end) {
    return new Selection(wanted, event, outcome, since, end.toEpochMilli());
  }

  /** Only the conditions on these fields. */
  Selection broadenedTo(Field... kept) {
    Map<Field, String> fewer = new EnumMap<>(Field.class);
    for (Field field : kept) {
      Optional.ofNullable(wanted.get(field)).ifPresent(value -> fewer.put(field, value));
    }
    return new Selection(fewer, "", "", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  Optional<String> wanted(Field field) {
    return Optional.ofNullable(wanted.get(field));
  }

  /** What passes over records that are not asked for, by the rarest of the texts they must have. */
  Optional<Skim> skim() {
    for (Field field : RAREST_FIRST) {
      String value = wanted.get(field);
      if (value != null) {
        return Optional.of(field == Field.SECRET ? Skim.holding(value) : Skim.of(field, value));
      }
    }
    return event.isEmpty() || event.equals(Row.CALL)
        ? Optional.empty()
        : Optional.of(Skim.of(Field.EVENT, event));
  }

  /** Milliseconds since 1970, inclusive. */
  long since() {
    return since;
  }

  /** Milliseconds since 1970, exclusive. */
  long until() {
    return until;
  }

  /** All conditions but that on the outcome, which a call may not have yet. */
  boolean accepts(AuditRecord record) {
    for (Map.Entry<Field, String> one : wanted.entrySet()) {
      if (!has(record, one.getKey(), one.getValue())) {
        return false;
      }
    }
    if (!event.isEmpty() && !event.equals(record.event().text()) && !isCall(record)) {
      return false;
    }
    return always() || covers(When.millis(record.get(Field.TIME).orElseThrow()));
  }

  private static boolean has(AuditRecord record, Field field, String value) {
    Optional<String> found = record.get(field);
    return field == Field.SECRET
        ? found.filter(all -> List.of(all.split(" ", -1)).contains(value)).isPresent()
        : found.equals(Optional.of(value));
  }

  /**
   * The conditions on the call that {@code outcome} ends, where it has the secret that is asked
   * for: no call has one before.
   */
  Optional<Selection> ofCall(AuditRecord outcome) {
    String secret = wanted.get(Field.SECRET);
    if (secret == null || !has(outcome, Field.SECRET, secret)) {
      return Optional.empty();
    }
    Map<Field, String> rest = new EnumMap<>(wanted);
    rest.remove(Field.SECRET);
    return Optional.of(new Selection(rest, event, this.outcome, since, until));
  }

  private boolean always() {
    return since == Long.MIN_VALUE && until == Long.MAX_VALUE;
  }

  /** Whether the time asked for holds this millisecond. */
  boolean covers(long millis) {
    return millis >= since && millis < until;
  }

  private boolean isCall(AuditRecord record) {
    return event.equals(Row.CALL)
        && (record.event() == Event.CALL_INTENT || record.event() == Event.CALL_OUTCOME);
  }

  /** Whether an outcome came early enough to be told with its call. */
  boolean joins(AuditRecord outcome) {
    return until == Long.MAX_VALUE
        || When.millis(outcome.get(Field.TIME).orElseThrow()) < until + GRACE;
  }

  boolean accepts(Row row) {
    return outcome.isEmpty() || row.result().equals(outcome);
  }
}
