package dev.gatekeeper.report;

import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.wire.Printable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a timeline as a document for other programs; {@code docs/audit.md} has its columns.
 */
public final class Export {
  private static final List<String> HEAD =
      List.of("log_name", "log", "n", "time", "event", "result");

  private static final List<Field> COLUMNS =
      List.of(
          Field.SERVER,
          Field.TOOL,
          Field.METHOD,
          Field.DIRECTION,
          Field.SECRET,
          Field.VARIABLE,
          Field.SOURCE,
          Field.SESSION,
          Field.AGENT,
          Field.AGENT_VERSION,
          Field.PROJECT,
          Field.RULE,
          Field.ERROR,
          Field.DURATION,
          Field.SIZE,
          Field.REDACTIONS,
          Field.APPROVER,
          Field.REASON,
          Field.REF,
          Field.TOOL_USE,
          Field.ARGUMENTS,
          Field.DEFINITION);

  private static final List<String> TAIL = List.of("end_n", "end_time");

  private Export() {}

  /** An array of objects, one a line. */
  public static void json(Timeline timeline, OutputStream out) throws IOException, CannotJudge {
    RowText text = new RowText(true);
    Writer writer = writer(out);
    String[] before = {"[\n"};
    each(
        timeline,
        row -> {
          writer.write(before[0] + text.json(row));
          before[0] = ",\n";
        });
    writer.write(before[0].equals(",\n") ? "\n]\n" : "[]\n");
    writer.flush();
  }

  /** RFC 4180, with a head. No cell begins as a formula of a spreadsheet does. */
  public static void csv(Timeline timeline, OutputStream out) throws IOException, CannotJudge {
    Writer writer = writer(out);
    List<String> head = new ArrayList<>(HEAD);
    COLUMNS.forEach(field -> head.add(field.key()));
    head.addAll(TAIL);
    line(writer, head);
    each(timeline, row -> line(writer, cells(row)));
    writer.flush();
  }

  private static List<String> cells(Row row) {
    List<String> cells = new ArrayList<>();
    cells.add(row.source().name());
    cells.add(row.source().logId());
    cells.add(Long.toString(row.n()));
    cells.add(row.time());
    cells.add(row.kind());
    cells.add(row.result());
    for (Field field : COLUMNS) {
      cells.add(row.get(field).orElse(""));
    }
    cells.add(row.outcome().flatMap(end -> end.get(Field.N)).orElse(""));
    cells.add(row.outcome().flatMap(end -> end.get(Field.TIME)).orElse(""));
    return cells;
  }

  private static void line(Writer writer, List<String> cells) throws IOException {
    writer.write(String.join(",", cells.stream().map(Export::cell).toList()));
    writer.write("\r\n");
  }

  /**
   * Every cell is quoted. Controls and what reorders text are spelled out; an apostrophe stands
   * before what a spreadsheet would evaluate, also behind spaces that it skips.
   */
  static String cell(String text) {
    String shown = Printable.of(text);
    String start = shown.stripLeading();
    boolean formula =
        !start.isEmpty() && "=+-@\uff1d\uff0b\uff0d\uff20|%".indexOf(start.charAt(0)) >= 0;
    return '"' + (formula ? "'" : "") + shown.replace("\"", "\"\"") + '"';
  }

  private interface Step {
    void take(Row row) throws IOException;
  }

  private static void each(Timeline timeline, Step step) throws IOException, CannotJudge {
    try {
      timeline.read(
          row -> {
            try {
              step.take(row);
              return true;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Writer writer(OutputStream out) {
    return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
  }
}
