package dev.gatekeeper.report;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.wire.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Counts as a table for a terminal, or as one JSON object a line. */
public final class TableText {
  private TableText() {}

  /** The counts of a tally. */
  public static List<String> of(Tally.By by, Tally tally) {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {
          by.word(),
          "rows",
          "calls",
          "ok",
          "failed",
          "denied",
          "in_flight",
          "took",
          "size",
          "first",
          "last"
        });
    for (Tally.Count one : tally.counts()) {
      rows.add(
          new String[] {
            one.key(),
            Long.toString(one.rows()),
            Long.toString(one.calls()),
            Long.toString(one.ok()),
            Long.toString(one.failed()),
            Long.toString(one.denied()),
            Long.toString(one.inFlight()),
            RowText.duration(OptionalLong.of(one.micros())),
            RowText.size(OptionalLong.of(one.bytes())),
            one.first(),
            one.last()
          });
    }
    return aligned(rows);
  }

  /** How long each secret was held. {@code >} stands before what is the least that it can be. */
  public static List<String> of(Exposure exposure) {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {
          "secret",
          "held",
          "known",
          "ambient",
          "share",
          "grants",
          "open",
          "calls",
          "servers",
          "sessions",
          "first",
          "last"
        });
    for (Exposure.Secret one : exposure.secrets()) {
      rows.add(
          new String[] {
            one.name(),
            held(one),
            RowText.seconds(one.known() / 1000),
            RowText.seconds(one.ambient() / 1000),
            share(one),
            Long.toString(one.grants()),
            Long.toString(one.open()),
            Long.toString(one.calls()),
            String.join(",", one.servers()),
            Integer.toString(one.sessions().size()),
            one.first(),
            one.last()
          });
    }
    return aligned(rows);
  }

  public static String held(Exposure.Secret one) {
    return (one.open() > 0 ? ">" : "") + RowText.seconds(one.held() / 1000);
  }

  /** Held as a part of ambient. */
  public static String share(Exposure.Secret one) {
    return one.ambient() == 0
        ? RowText.NOTHING
        : String.format(Locale.ROOT, "%.1f%%", 100.0 * one.held() / one.ambient());
  }

  private static List<String> aligned(List<String[]> rows) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        String shown = Printable.of(row[i]).replace(" ", "\\u0020");
        row[i] = shown.isEmpty() ? RowText.NOTHING : shown;
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    return rows.stream().map(row -> aligned(row, widths)).toList();
  }

  private static String aligned(String[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      line.append(row[i]).repeat(" ", widths[i] - row[i].length() + 2);
    }
    return line.toString().stripTrailing();
  }

  /** The counts of a tally, one object a line. */
  public static List<String> json(Tally.By by, Tally tally) {
    return tally.counts().stream()
        .map(
            one ->
                Json.object()
                    .put(by.word(), one.key())
                    .put("rows", one.rows())
                    .put("calls", one.calls())
                    .put("ok", one.ok())
                    .put("failed", one.failed())
                    .put("denied", one.denied())
                    .put("in_flight", one.inFlight())
                    .put("duration", one.micros())
                    .put("size", one.bytes())
                    .put("first", one.first())
                    .put("last", one.last())
                    .toBytes())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  /** Each secret, one object a line; times in milliseconds. */
  public static List<String> json(Exposure exposure) {
    return exposure.secrets().stream()
        .map(
            one ->
                Json.object()
                    .put("secret", one.name())
                    .put("held", one.held())
                    .put("known", one.known())
                    .put("ambient", one.ambient())
                    .put("grants", one.grants())
                    .put("open", one.open())
                    .put("calls", one.calls())
                    .array("servers", all -> one.servers().forEach(all::add))
                    .array("sessions", all -> one.sessions().forEach(all::add))
                    .put("first", one.first())
                    .put("last", one.last())
                    .toBytes())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }
}
