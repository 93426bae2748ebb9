package dev.gatekeeper.report.page;

import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.Finding;
import dev.gatekeeper.audit.verify.Head;
import dev.gatekeeper.report.Exposure;
import dev.gatekeeper.report.Row;
import dev.gatekeeper.report.RowText;
import dev.gatekeeper.report.Selection;
import dev.gatekeeper.report.TableText;
import dev.gatekeeper.report.Tally;
import dev.gatekeeper.report.Timeline;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * One HTML file that holds all that it shows. A browser that opens it asks nobody for anything: its
 * policy forbids every request, and allows one style and one script by their digests.
 */
public final class Page {
  /** Rows of the timeline: what a browser still sorts at once. The tables count all. */
  static final int MAX_ROWS = 5_000;

  private final Sources sources;
  private final String asked;
  private final Function<Source, List<Head>> anchors;
  private final AuditVerifier verifier;
  private final Instant now;
  private final Exposure exposure;
  private final Map<Tally.By, Tally> tallies = new EnumMap<>(Tally.By.class);
  private final Deque<Row> newest = new ArrayDeque<>();
  private long rows;
  private final long unreadable;

  /**
   * Reads the logs; they are judged when the page is written.
   *
   * @param asked what {@code wanted} is, in words; empty where that is all of the logs
   * @param anchors checkpoints of a log that were kept elsewhere
   * @param verifier what judges the logs
   * @param read is told how many rows were read
   */
  public Page(
      Sources sources,
      Selection wanted,
      String asked,
      Instant now,
      Function<Source, List<Head>> anchors,
      AuditVerifier verifier,
      LongConsumer read)
      throws CannotJudge {
    this.verifier = verifier;
    this.sources = sources;
    this.asked = asked;
    this.anchors = anchors;
    this.now = now;
    for (Tally.By by : Tally.By.values()) {
      tallies.put(by, new Tally(by));
    }
    Timeline timeline = new Timeline(sources, wanted);
    timeline.read(
        row -> {
          rows++;
          read.accept(rows);
          tallies.values().forEach(tally -> tally.add(row));
          newest.add(row);
          if (newest.size() > MAX_ROWS) {
            newest.removeFirst();
          }
          return true;
        });
    this.unreadable = timeline.unreadable();
    this.exposure = Exposure.of(sources, wanted);
  }

  /** Writes the page as UTF-8. */
  public void writeTo(OutputStream out) throws IOException {
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    Html html = new Html(writer);
    String style = resource("report.css");
    String script = resource("report.js");
    html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        .raw("style-src 'sha256-" + digest(style) + "'; script-src 'sha256-" + digest(script))
        .raw("'; base-uri 'none'; form-action 'none'\">\n")
        .raw("<meta name=\"referrer\" content=\"no-referrer\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<title>What the agents did</title>\n<style>" + style + "</style></head><body>\n")
        .raw("<h1>What the agents did</h1>\n<p class=\"soft\">Made by gatekeeper at ")
        .text(now.truncatedTo(ChronoUnit.SECONDS).toString())
        .raw(" from the audit log")
        .raw(sources.all().size() > 1 ? "s" : "")
        .raw(" below. All times are UTC.</p>\n");
    for (Source source : sources.all()) {
      verdict(html, source);
    }
    part(html);
    secrets(html);
    tally(html, Tally.By.SERVER, "Servers");
    tally(html, Tally.By.TOOL, "Tools");
    tally(html, Tally.By.SESSION, "Sessions");
    tally(html, Tally.By.DAY, "Days");
    timeline(html);
    html.raw(
            "<footer class=\"soft\"><p>Not proved: that this is the newest state of a log, nor who")
        .raw(" made the calls. Check a bundle of the log yourself: <code>gatekeeper audit verify")
        .raw(" BUNDLE</code> needs no key.</p></footer>\n<script>" + script + "</script>\n")
        .raw("</body></html>\n");
    writer.flush();
  }

  /** Whom the page is handed to does not know what was typed. */
  private void part(Html html) throws IOException {
    if (!asked.isEmpty()) {
      html.raw("<p class=\"bad\"><strong>A part of the log")
          .raw(sources.all().size() > 1 ? "s" : "")
          .raw("</strong>: all tables and the timeline below have only ")
          .text(asked)
          .raw(". What is judged above is the whole.</p>\n");
    }
  }

  private void verdict(Html html, Source source) throws IOException {
    String name = source.name();
    List<Head> heads = anchors.apply(source);
    try {
      AuditReport report = verifier.heads(heads).verify(source.directory());
      html.raw("<section class=\"verdict" + (report.sound() ? " sound" : "") + "\"><p><strong>")
          .raw(report.sound() ? "Sound" : "Altered, or records are lost")
          .raw("</strong>: log <code>")
          .text(name)
          .raw(report.sound() ? "</code>. " : "</code>: ");
      if (report.finding().isPresent()) {
        Finding found = report.finding().get();
        html.text(found.text() + ", at record " + found.n() + " (" + found.file() + " byte ")
            .text(found.offset() + ", " + found.kind().name().toLowerCase(Locale.ROOT) + ").");
      } else {
        html.raw("No record below the end was changed, removed or added.");
      }
      html.raw("</p><p class=\"soft\">")
          .text(report.records() + " records, the first " + report.signed() + " of them signed; ")
          .text(report.openIntentCount() + " calls without an outcome. ")
          .text(anchored(report, heads))
          .text(report.pruned() > 0 ? "The first " + report.pruned() + " are pruned. " : "")
          .text(report.lost().isEmpty() ? "" : "A person gave up lost records. ")
          .raw("Log id ")
          .raw("<code>")
          .text(source.logId())
          .raw("</code>, identity <code>")
          .text(report.identity())
          .raw("</code> (compared with nothing).</p></section>\n");
    } catch (CannotJudge e) {
      html.raw("<section class=\"verdict\"><p><strong>Cannot be judged</strong>: log <code>")
          .text(name)
          .raw("</code>. ")
          .text(e.text())
          .raw("</p></section>\n");
    }
  }

  private static String anchored(AuditReport report, List<Head> heads) {
    return report.anchored() == 0
        ? "Compared with no anchor. "
        : "The first "
            + report.anchored()
            + " are anchored by "
            + String.join("; ", Head.of(heads, report.anchored()))
            + ". ";
  }

  private void secrets(Html html) throws IOException {
    html.raw(
            "<h2>Secrets</h2>\n<p class=\"soft\">Held: how long processes had the value, together;")
        .raw(
            " &gt; where no end is known. Known: how long gatekeeper's own did, which masks it"
                + " until")
        .raw(" a session ends. Ambient: how long they would have had it, had it been")
        .raw(" exported in the shell, which is all sessions from beginning to end.</p>\n");
    html.heads(
        "Secret",
        "#Held",
        "#Known",
        "#Ambient",
        "#Share",
        "",
        "#Grants",
        "#Calls while held",
        "Servers",
        "#Sessions",
        "First grant",
        "Last grant");
    for (Exposure.Secret one : exposure.secrets()) {
      html.raw("<tr>")
          .name(one.name())
          .number(OptionalLong.of(one.held()), TableText.held(one))
          .number(OptionalLong.of(one.known()), RowText.seconds(one.known() / 1000))
          .number(OptionalLong.of(one.ambient()), RowText.seconds(one.ambient() / 1000))
          .number(
              OptionalLong.of(one.ambient() == 0 ? 0 : 100_000 * one.held() / one.ambient()),
              TableText.share(one))
          .bar(one.held(), one.ambient())
          .number(one.grants())
          .number(one.calls())
          .cell(String.join(", ", one.servers()))
          .number(one.sessions().size())
          .fixed(one.first())
          .fixed(one.last())
          .raw("</tr>\n");
    }
    html.endTable();
  }

  private void tally(Html html, Tally.By by, String title) throws IOException {
    List<Tally.Count> counts = Objects.requireNonNull(tallies.get(by)).counts();
    long most = counts.stream().mapToLong(Tally.Count::rows).max().orElse(0);
    html.raw("<h2>" + title + "</h2>\n");
    html.heads(
        title.substring(0, title.length() - 1),
        "#Calls",
        "",
        "#Ok",
        "#Failed",
        "#Denied",
        "#In flight",
        "#Took",
        "#Results",
        "First",
        "Last");
    for (Tally.Count one : counts) {
      html.raw("<tr>")
          .name(one.key())
          .number(one.calls())
          .bar(one.rows(), most)
          .number(one.ok())
          .number(one.failed())
          .number(one.denied())
          .number(one.inFlight())
          .number(OptionalLong.of(one.micros()), RowText.duration(OptionalLong.of(one.micros())))
          .number(OptionalLong.of(one.bytes()), RowText.size(OptionalLong.of(one.bytes())))
          .fixed(one.first())
          .fixed(one.last())
          .raw("</tr>\n");
    }
    html.endTable();
  }

  private void timeline(Html html) throws IOException {
    html.raw("<h2>Timeline</h2>\n<p class=\"soft\">");
    html.text(
        rows > newest.size()
            ? "The newest " + newest.size() + " of " + rows + " rows."
            : rows + " rows.");
    html.text(asked.isEmpty() ? "" : " Only " + asked + ".");
    if (unreadable > 0) {
      html.raw(" <span class=\"bad\">").text(unreadable + " lines are not records.").raw("</span>");
    }
    html.raw("</p>\n");
    html.heads(
        "Time", "Log", "#Record", "Event", "Server", "Subject", "Result", "#Took", "#Size",
        "Session", "More");
    for (Row row : newest) {
      html.raw("<tr>")
          .fixed(row.time())
          .cell(row.source().name())
          .number(row.n())
          .cell(row.kind())
          .cell(row.get(Field.SERVER).orElse(""))
          .name(row.get(RowText.subject(row)).orElse(""))
          .result(row.result())
          .number(row.number(Field.DURATION), RowText.duration(row.number(Field.DURATION)))
          .number(row.number(Field.SIZE), RowText.size(row.number(Field.SIZE)))
          .fixed(row.get(Field.SESSION).orElse(""))
          .cell(String.join(" ", RowText.details(row)))
          .raw("</tr>\n");
    }
    html.endTable();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError(name + " is part of the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String digest(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
