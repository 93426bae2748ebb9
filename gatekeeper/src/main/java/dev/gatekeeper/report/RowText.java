package dev.gatekeeper.report;

import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import dev.gatekeeper.wire.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Rows as lines: for a terminal, with columns that never change their place, and for a script. */
public final class RowText {
  /** What a column holds where there is nothing to say. */
  static final String NOTHING = "-";

  /** After the columns, in the order in which a person asks. */
  private static final List<Field> DETAILS =
      List.of(
          Field.VARIABLE,
          Field.SECRET,
          Field.SOURCE,
          Field.METHOD,
          Field.ERROR,
          Field.RULE,
          Field.REDACTIONS,
          Field.APPROVER,
          Field.REASON,
          Field.REF);

  /** Told under another name, or of the chain: those say nothing of what happened. */
  private static final Set<Field> LEFT_OUT =
      Set.of(
          Field.VERSION,
          Field.LOG,
          Field.EVENT,
          Field.N,
          Field.TIME,
          Field.OUTCOME,
          Field.PREV,
          Field.MAC);

  private static final Set<Field> NUMBERS =
      Set.of(Field.PID, Field.DURATION, Field.SIZE, Field.REDACTIONS, Field.REF, Field.MONOTONIC);

  private final boolean named;

  /**
   * @param named whether each line names its log, since there are several
   */
  public RowText(boolean named) {
    this.named = named;
  }

  /** Time, log, number, event, server, subject, result, duration, size; then what else is known. */
  public String line(Row row) {
    Field subject = subject(row);
    StringBuilder line = new StringBuilder(row.time());
    if (named) {
      column(line, row.source().name(), 8);
    }
    line.append("  ").append("%5d".formatted(row.n()));
    column(line, row.kind(), 12);
    column(line, row.get(Field.SERVER).orElse(""), 10);
    column(line, row.get(subject).orElse(""), 22);
    column(line, row.result(), 9);
    right(line, duration(row.number(Field.DURATION)));
    right(line, size(row.number(Field.SIZE)));
    details(row).forEach(detail -> line.append("  ").append(detail));
    return line.toString().stripTrailing();
  }

  /** What the columns do not tell, as {@code key=value}, safe to print. */
  public static List<String> details(Row row) {
    List<String> details = new ArrayList<>();
    for (Field field : DETAILS) {
      Optional<String> value = row.get(field);
      boolean said =
          field == subject(row)
              || (field == Field.REF && row.outcome().isPresent())
              || (field == Field.METHOD && value.equals(Optional.of("tools/call")));
      if (value.isPresent() && !said) {
        details.add(field.key() + "=" + Printable.of(value.get()));
      }
    }
    return details;
  }

  /** What a row is about. */
  public static Field subject(Row row) {
    for (Field field : List.of(Field.TOOL, Field.SECRET)) {
      if (row.get(field).isPresent()) {
        return field;
      }
    }
    return Field.METHOD;
  }

  private static void column(StringBuilder line, String text, int width) {
    String shown = text.isEmpty() ? NOTHING : Printable.of(text).replace(" ", "\\u0020");
    line.append("  ").append(shown).repeat(" ", Math.max(0, width - shown.length()));
  }

  private static void right(StringBuilder line, String text) {
    line.append("  ").repeat(" ", Math.max(0, 7 - text.length())).append(text);
  }

  /** Microseconds, in a unit in which they have three digits. */
  public static String duration(OptionalLong micros) {
    if (micros.isEmpty()) {
      return NOTHING;
    }
    double value = micros.getAsLong();
    return value < 1_000
        ? micros.getAsLong() + "us"
        : value < 1e6
            ? decimal(value / 1e3) + "ms"
            : value < 6e8 ? decimal(value / 1e6) + "s" : seconds(micros.getAsLong() / 1_000_000);
  }

  /** Whole seconds as {@code 2h03m}, {@code 3d04h}. */
  public static String seconds(long seconds) {
    if (seconds < 600) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    long hours = minutes / 60;
    return hours == 0
        ? minutes + "m" + "%02ds".formatted(seconds % 60)
        : hours < 48
            ? hours + "h" + "%02dm".formatted(minutes % 60)
            : hours / 24 + "d" + "%02dh".formatted(hours % 24);
  }

  public static String size(OptionalLong bytes) {
    if (bytes.isEmpty()) {
      return NOTHING;
    }
    double value = bytes.getAsLong();
    return value < 1_000
        ? bytes.getAsLong() + "B"
        : value < 1e6
            ? decimal(value / 1e3) + "kB"
            : value < 1e9 ? decimal(value / 1e6) + "MB" : decimal(value / 1e9) + "GB";
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
  }

  /** The row as one object: names of the fields as in the log, counts as numbers. */
  public String json(Row row) {
    JsonWriter object =
        Json.object()
            .put("log_name", row.source().name())
            .put("log", row.source().logId())
            .put("n", row.n())
            .put("time", row.time())
            .put("event", row.kind())
            .put("result", row.result());
    for (Field field : Field.values()) {
      if (LEFT_OUT.contains(field) || (field == Field.REF && row.outcome().isPresent())) {
        continue;
      }
      OptionalLong number = row.number(field);
      if (NUMBERS.contains(field) && number.isPresent()) {
        object.put(field.key(), number.getAsLong());
      } else {
        row.get(field).ifPresent(value -> object.put(field.key(), value));
      }
    }
    row.outcome()
        .ifPresent(
            end ->
                object
                    .put("end_n", Long.parseLong(end.get(Field.N).orElseThrow()))
                    .put("end_time", end.get(Field.TIME).orElseThrow()));
    return new String(object.toBytes(), StandardCharsets.UTF_8);
  }
}
