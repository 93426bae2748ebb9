package dev.gatekeeper.audit;

import dev.gatekeeper.audit.opening.Arguments;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.KeptSecret;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Line;
import dev.gatekeeper.audit.record.Moment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record before it has a place in the log. Immutable. */
public final class Entry {
  /**
   * Bytes of one value as it stands in the line. With every field at this size a line still has
   * room for the chain's own fields.
   */
  static final int MAX_VALUE = 1024;

  private final Event event;
  private final Map<Field, String> values;
  private final @Nullable Arguments arguments;

  private Entry(Event event, Map<Field, String> values, @Nullable Arguments arguments) {
    this.event = event;
    this.values = values;
    this.arguments = arguments;
  }

  /** A record of {@code event} without any further field. */
  public static Entry of(Event event) {
    return new Entry(event, new EnumMap<>(Field.class), null);
  }

  /**
   * This record with one more field. A value that takes more than 1,024 bytes is cut and says so.
   *
   * @throws IllegalArgumentException when the field belongs to the chain
   */
  public Entry with(Field field, String value) {
    if (!field.free()) {
      throw new IllegalArgumentException(field + " is written by the log itself");
    }
    return put(field, cut(value));
  }

  /** As {@link #with(Field, String)} for a count, a size or a number of a record. */
  public Entry with(Field field, long value) {
    return with(field, Long.toString(value));
  }

  /**
   * This record with a commitment to the arguments of a call, in the order in which the agent sent
   * them. What {@code policy} lets be kept of them goes to {@code openings/}, not into the record.
   */
  public Entry arguments(ArgumentsPolicy policy, List<NamedValue> values) {
    return arguments(policy, values, List.of());
  }

  /**
   * As {@link #arguments(ArgumentsPolicy, List)}, with the secrets whose values stood there: they
   * are kept there as well, and their digest in the record.
   */
  public Entry arguments(
      ArgumentsPolicy policy, List<NamedValue> values, List<KeptSecret> secrets) {
    Arguments committed = Arguments.commit(policy, values, secrets);
    EnumMap<Field, String> next = new EnumMap<>(this.values);
    next.put(Field.ARGUMENTS, committed.root());
    if (!committed.secrets().isEmpty()) {
      next.put(Field.DIGEST, committed.secrets());
    }
    return new Entry(event, next, committed);
  }

  /** The log's own fields. */
  Entry put(Field field, String value) {
    EnumMap<Field, String> next = new EnumMap<>(values);
    next.put(field, value);
    return new Entry(event, next, arguments);
  }

  Event event() {
    return event;
  }

  @Nullable Arguments arguments() {
    return arguments;
  }

  /** The body from {@code ,"time"} on: all that does not depend on the place in the log. */
  byte[] rest(Moment moment, Map<Field, String> context) {
    EnumMap<Field, String> all = new EnumMap<>(Field.class);
    context.forEach((field, value) -> all.put(field, cut(value)));
    all.putAll(values);
    Line line =
        new Line()
            .field(Field.TIME, Line.time(moment.wall()))
            .field(Field.MONOTONIC, Long.toString(moment.monotonic()));
    if (!moment.boot().isEmpty()) {
      line.field(Field.BOOT, moment.boot());
    }
    line.field(Field.EVENT, event.text());
    all.forEach(line::field);
    return line.bytes();
  }

  private static String cut(String value) {
    if (value.length() <= MAX_VALUE / 6) {
      return value;
    }
    int size = 0;
    int end = 0;
    for (int i = 0; i < value.length(); i = value.offsetByCodePoints(i, 1)) {
      int c = value.codePointAt(i);
      size +=
          c < 0x20
              ? 6
              : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (size <= MAX_VALUE - 32) {
        end = i + Character.charCount(c);
      }
    }
    return size <= MAX_VALUE ? value : value.substring(0, end) + "…[of " + value.length() + "]";
  }
}
