package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.Finding;
import dev.gatekeeper.audit.verify.mac.Macs;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.JsonWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code audit verify} says of a log, to a person and to a script. */
final class VerdictText {
  private final PrintStream out;

  VerdictText(PrintStream out) {
    this.out = out;
  }

  /**
   * @param witnesses by whom what is anchored was kept
   */
  void print(AuditReport report, List<String> witnesses) {
    row("log", report.logId());
    row(
        "identity",
        report.identity()
            + (report.pinned()
                ? " (the one that was asked for)"
                : " (unpinned: compared with nothing)"));
    row("records", Long.toString(report.records()));
    if (report.pruned() > 0) {
      row("pruned", range(0, report.pruned()) + ", only their hashes are left");
    }
    row("signed", range(0, report.signed()) + keys(report.epochs(), report.lost().isEmpty()));
    if (report.signed() < report.records()) {
      row("chained", range(report.signed(), report.records()) + ", not signed yet");
    }
    if (report.anchored() > 0) {
      row(
          "anchored",
          range(0, report.anchored()) + ", by " + Console.printable(String.join("; ", witnesses)));
    }
    row("macs", macs(report.macs(), report.pruned()));
    if (report.openIntentCount() > 0) {
      row("in flight", report.openIntentCount() + " calls without an outcome: " + list(report));
    }
    for (AuditReport.Loss loss : report.lost()) {
      row("lost", lost(loss) + "; a person gave them up (record " + loss.at() + ")");
    }
    count("recovered", report.recoveries(), "times; what was taken off lies in set-aside/");
    count("refused", report.faults(), "times the log took no records");
    count("clock", report.clockSteps(), "times it was set");
    if (report.tornBytes() > 0) {
      row("torn end", "a line is being written, or was cut short; acknowledged to nobody");
    }
    if (report.closedByFault()) {
      row("closed", "a sync failed; the log takes no more records");
    }
    if (!report.hasState()) {
      row("copy", "no state beside it: a cut within the last epoch cannot be seen");
    }
    if (report.sound()) {
      out.println("sound: no record below the end was changed, removed or added.");
      out.println(
          "Not proved: that this is the newest state of the log, nor who made the calls. A copy"
              + " of the whole directory put back, or a new log, is seen only by a checkpoint"
              + " or identity kept elsewhere.");
    }
  }

  /** The key that a recovery began after a loss was signed by nobody. */
  private static String keys(long epochs, boolean unbroken) {
    return epochs == 1
        ? ", by 1 key"
        : ", by "
            + epochs
            + " keys, each signed by the one before"
            + (unbroken ? "" : ", but for one after each loss");
  }

  /** A key opens the epochs that were begun while the vault, or this auditor, was there. */
  private static String macs(Macs macs, long pruned) {
    if (!macs.asked()) {
      return "not checked (--key)";
    }
    String where =
        macs.stretches().stream()
            .limit(10)
            .map(
                it ->
                    range(it.from(), it.to())
                        + (it.firstEpoch() == it.lastEpoch()
                            ? ", epoch " + it.firstEpoch()
                            : ", epochs " + it.firstEpoch() + " to " + it.lastEpoch()))
            .collect(Collectors.joining("; "));
    long others = macs.unchecked() - pruned;
    return macs.checked()
        + " hold"
        + (macs.unchecked() == 0 || where.isEmpty() ? "" : " (" + where + ")")
        + (others > 0 ? ", " + others + " not checked: their key was not sealed to yours" : "")
        + (pruned > 0 ? ", " + pruned + " pruned" : "");
  }

  private static String list(AuditReport report) {
    return report.openIntents().stream()
            .limit(10)
            .map(n -> "n " + n)
            .collect(Collectors.joining(", "))
        + (report.openIntentCount() > 10 ? ", …" : "");
  }

  private static String range(long from, long to) {
    return to <= from ? "none" : "n " + from + " to " + (to - 1);
  }

  private static String lost(AuditReport.Loss loss) {
    return loss.count() == 0
        ? "acknowledged records, it is not said how many"
        : "n " + loss.at() + " to " + (loss.at() + loss.count() - 1) + " as first acknowledged";
  }

  private void count(String name, long value, String what) {
    if (value > 0) {
      row(name, value + " " + what);
    }
  }

  private void row(String name, String value) {
    out.println(name + " ".repeat(10 - name.length()) + value);
  }

  static String place(Finding found) {
    return found.text()
        + " ("
        + found.kind().name().toLowerCase(Locale.ROOT)
        + ", n "
        + found.n()
        + ", "
        + found.file()
        + " byte "
        + found.offset()
        + ")";
  }

  /**
   * @param witnesses by whom what is anchored was kept
   */
  static String json(AuditReport report, List<String> witnesses) {
    JsonWriter object =
        Json.object()
            .put("sound", report.sound())
            .put("log", report.logId())
            .put("identity", report.identity())
            .put("pinned", report.pinned())
            .put("records", report.records())
            .put("pruned", report.pruned())
            .put("signed", report.signed())
            .put("anchored", report.anchored())
            .array("anchoredBy", all -> witnesses.forEach(all::add))
            .put("epochs", report.epochs())
            .object(
                "macs",
                macs ->
                    macs.put("asked", report.macs().asked())
                        .put("checked", report.macs().checked())
                        .put("unchecked", report.macs().unchecked())
                        .array("stretches", all -> stretches(all, report.macs().stretches())))
            .put("inFlight", report.openIntentCount())
            .array("inFlightFirst", all -> numbers(all, report.openIntents()))
            .array("lost", all -> lost(all, report.lost()))
            .put("recoveries", report.recoveries())
            .put("faults", report.faults())
            .put("clockSteps", report.clockSteps())
            .put("tornBytes", report.tornBytes())
            .put("closedByFault", report.closedByFault())
            .put("hasState", report.hasState());
    report
        .finding()
        .ifPresent(
            found ->
                object.object(
                    "finding",
                    it ->
                        it.put("kind", found.kind().name().toLowerCase(Locale.ROOT))
                            .put("n", found.n())
                            .put("file", found.file())
                            .put("offset", found.offset())
                            .put("text", found.text())));
    return new String(object.toBytes(), StandardCharsets.UTF_8);
  }

  private static void stretches(JsonWriter.Elements all, List<Macs.Stretch> stretches) {
    stretches.forEach(
        one ->
            all.object(
                it ->
                    it.put("from", one.from())
                        .put("to", one.to())
                        .put("firstEpoch", one.firstEpoch())
                        .put("lastEpoch", one.lastEpoch())));
  }

  private static void lost(JsonWriter.Elements all, List<AuditReport.Loss> lost) {
    lost.forEach(loss -> all.object(it -> it.put("at", loss.at()).put("count", loss.count())));
  }

  private static void numbers(JsonWriter.Elements all, List<Long> numbers) {
    numbers.forEach(n -> all.raw(n.toString().getBytes(StandardCharsets.US_ASCII)));
  }
}
