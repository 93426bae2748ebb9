package dev.gatekeeper.report;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.report.source.ReportException;
import dev.gatekeeper.report.source.Source;
import dev.gatekeeper.report.source.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TimelineTest {
  @TempDir Path folder;

  @Test
  void aCallAndItsOutcomeAreOneRowInTheOrderOfTheCalls() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      long slow = log.at("09:00:01").intent("github", "slow");
      long quick = log.at("09:00:02").intent("github", "quick");
      log.at("09:00:03").outcome(quick, "ok");
      log.at("09:00:04").denied("github", "delete");
      log.at("09:00:05").outcome(slow, "error");
      log.at("09:00:06").intent("github", "hangs");
    }
    assertThat(lines(Selection.ALL, "a").subList(1, 5))
        .containsExactly(
            "2026-03-01T09:00:01.000Z      1  call          github      slow                   "
                + " error        1.2ms   56.8kB",
            "2026-03-01T09:00:02.000Z      2  call          github      quick                  "
                + " ok           1.2ms   56.8kB",
            "2026-03-01T09:00:04.000Z      4  call.denied   github      delete                 "
                + " denied           -        -  rule=deny[0]",
            "2026-03-01T09:00:06.000Z      6  call          github      hangs                  "
                + " in_flight        -        -");
  }

  @Test
  void eachConditionOfASelectionCounts() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.outcome(log.at("10:00:00").intent("github", "read"), "ok");
      log.outcome(log.session("other").at("11:00:00").intent("db", "query"), "error");
      log.grant("db", "secret:db/password");
      log.at("12:00:00").denied("db", "drop");
    }
    assertThat(tools(Selection.ALL.with(Field.SERVER, "github"))).containsExactly("read");
    assertThat(tools(Selection.ALL.with(Field.TOOL, "drop"))).containsExactly("drop");
    assertThat(tools(Selection.ALL.with(Field.SESSION, "5e551011"))).containsExactly("-", "read");
    assertThat(tools(Selection.ALL.with(Field.AGENT, "nobody"))).isEmpty();
    assertThat(tools(Selection.ALL.with(Field.SECRET, "db/password"))).containsExactly("-");
    assertThat(tools(Selection.ALL.event("call"))).containsExactly("read", "query");
    assertThat(tools(Selection.ALL.event("call.denied"))).containsExactly("drop");
    assertThat(tools(Selection.ALL.outcome("error"))).containsExactly("query");
    assertThat(tools(Selection.ALL.outcome("denied"))).containsExactly("drop");
    assertThat(tools(Selection.ALL.since(Instant.parse("2026-03-01T11:00:00Z"))))
        .containsExactly("query", "-", "drop");
    assertThat(tools(Selection.ALL.until(Instant.parse("2026-03-01T11:00:00Z"))))
        .containsExactly("-", "read");
  }

  /** Only the outcome tells which, and a leak may be of several at once. */
  @Test
  void aCallIsFoundByEachSecretThatItsAnswerHeld() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      long leak = log.at("10:00:00").intent("github", "leak");
      long other = log.intent("db", "other");
      log.append(ended(other, "secret:x"));
      log.append(ended(leak, "secret:b/c secret:a"));
      log.append(Entry.of(Event.MASKED).with(Field.SECRET, "secret:a secret:x"));
      log.append(Entry.of(Event.MASKED).with(Field.REASON, "secret:a"));
    }
    for (String name : List.of("a", "secret:a")) {
      Selection wanted = Selection.ALL.with(Field.SECRET, name);
      assertThat(tools(wanted)).containsExactly("leak", "-");
      assertThat(tools(wanted.event("call"))).containsExactly("leak");
      assertThat(tools(wanted.outcome("ok").with(Field.SERVER, "github"))).containsExactly("leak");
      assertThat(tools(wanted.with(Field.SERVER, "db"))).isEmpty();
    }
    assertThat(tools(Selection.ALL.with(Field.SECRET, "b"))).isEmpty();
    assertThat(lines(Selection.ALL.with(Field.SECRET, "b/c"), "a").getFirst())
        .startsWith("2026-03-01T10:00:00.000Z      1  call          github      leak ");
  }

  private static Entry ended(long intent, String secrets) {
    return Entry.of(Event.CALL_OUTCOME)
        .with(Field.REF, intent)
        .with(Field.OUTCOME, "ok")
        .with(Field.SECRET, secrets);
  }

  @Test
  void aCallThatEndsSoonAfterTheTimeAskedForIsToldWithItsOutcome() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      long soon = log.at("10:59:59").intent("db", "soon");
      long late = log.intent("db", "late");
      log.at("11:00:01").outcome(soon, "ok");
      log.at("13:00:01").outcome(late, "ok");
    }
    Selection until = Selection.ALL.until(Instant.parse("2026-03-01T11:00:00Z"));
    assertThat(tools(until.outcome("ok"))).containsExactly("soon");
    assertThat(tools(until.outcome("in_flight"))).containsExactly("late");
  }

  @Test
  void severalLogsAreOneTimelineAndEqualTimesKeepTheOrderOfTheNames() throws Exception {
    try (Story alice = new Story(folder.resolve("a"));
        Story bob = new Story(folder.resolve("b"))) {
      bob.at("10:00:00").denied("x", "bob1");
      alice.at("10:00:00").denied("x", "alice1");
      bob.at("10:00:01").denied("x", "bob2");
      alice.at("10:00:02").denied("x", "alice2");
    }
    Selection denials = Selection.ALL.event("call.denied");
    assertThat(tools(denials, "alice=a", "bob=b"))
        .containsExactly("alice1", "bob1", "bob2", "alice2");
    assertThat(tools(denials, "bob=b", "alice=a"))
        .containsExactly("bob1", "alice1", "bob2", "alice2");
    assertThat(lines(denials, "alice=a", "bob=b").getFirst())
        .startsWith("2026-03-01T10:00:00.000Z  alice         1  call.denied");
  }

  @Test
  void aClockThatWentBackDoesNotReorderALog() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.at("10:00:00").denied("x", "first");
      log.at("08:00:00").denied("x", "second");
    }
    assertThat(tools(Selection.ALL.event("call.denied"))).containsExactly("first", "second");
  }

  @Test
  void theSameLogTwiceIsRefusedSinceItsCallsWouldCountTwice() throws Exception {
    SampleLog.closed(folder.resolve("a"), 4);
    SampleLog.copy(folder.resolve("a"), folder.resolve("copy"));
    assertThatThrownBy(() -> Sources.open(List.of("a", "old=copy"), folder))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("is the same log as");
    SampleLog.closed(folder.resolve("b"), 4);
    assertThatThrownBy(() -> Sources.open(List.of("x=a", "x=b"), folder))
        .hasMessage("two logs are named 'x'");
  }

  @Test
  void aHangingCallHoldsBackNoMoreThanMemoryAllows() throws Exception {
    Calls calls = new Calls(new Source("a", "", folder), Selection.ALL);
    SampleLog.closed(folder.resolve("a"), 3);
    String line = SampleLog.lines(folder.resolve("a")).get(1);
    StringBuilder many = new StringBuilder();
    for (long n = 0; n <= Calls.PATIENCE + 2; n++) {
      many.append(line.replace("\"n\":\"1\"", "\"n\":\"" + n + "\"")).append('\n');
    }
    Files.writeString(folder.resolve("a").resolve(SampleLog.SEGMENT), many);
    Cursor cursor =
        new Cursor(new Source("a", "", folder.resolve("a")), Long.MIN_VALUE, Optional.empty());
    for (long n = 0; n <= Calls.PATIENCE; n++) {
      calls.take(requireNonNull(cursor.next()));
      assertThat(calls.next(-1)).isNull();
    }
    calls.take(requireNonNull(cursor.next()));
    assertThat(calls.next(-1)).extracting(Row::n).isEqualTo(0L);
    assertThat(calls.next(-1)).isNull();
  }

  @Test
  void followingTellsASlowCallTwiceAndAQuickOneOnce() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.denied("x", "before");
      Sources sources = Sources.open(List.of("a"), folder);
      Timeline timeline = new Timeline(sources, Selection.ALL.with(Field.SERVER, "x"));
      assertThat(timeline.newest(1)).extracting(Row::n).containsExactly(1L);
      long slow = log.intent("x", "slow");
      log.outcome(log.intent("x", "quick"), "ok");
      assertThat(arrived(timeline)).isEmpty();
      assertThat(arrived(timeline)).containsExactly("slow in_flight", "quick ok");
      log.outcome(slow, "error");
      assertThat(arrived(timeline)).containsExactly("slow error");
      assertThat(arrived(timeline)).isEmpty();
    }
  }

  @Test
  void followingGoesOnInANewSegment() throws Exception {
    SampleLog.closed(folder.resolve("a"), 9);
    List<String> lines = SampleLog.lines(folder.resolve("a"));
    SampleLog.write(folder.resolve("a"), lines.subList(0, 6));
    try (Sources sources = Sources.open(List.of("a"), folder)) {
      Timeline timeline = new Timeline(sources, Selection.ALL);
      assertThat(timeline.newest(2)).extracting(Row::n).containsExactly(3L, 5L);
      SampleLog.write(folder.resolve("a"), lines.subList(0, 7));
      Files.writeString(
          folder.resolve("a/log/00000000000000000007.jsonl"), lines.get(7) + "\n" + lines.get(8));
      List<Row> rows = new ArrayList<>();
      timeline.follow(rows::add);
      assertThat(rows).extracting(Row::n).containsExactly(5L);
      Files.writeString(
          folder.resolve("a/log/00000000000000000007.jsonl"),
          lines.get(7) + "\n" + lines.get(8) + "\n");
      rows.clear();
      timeline.follow(rows::add);
      assertThat(rows).extracting(Row::result).containsExactly("ok");
    }
  }

  @Test
  void theNewestOfALongLogAreFoundFromItsEnd() throws Exception {
    SampleLog.closed(folder.resolve("a"), 3_001);
    try (Sources sources = Sources.open(List.of("a"), folder)) {
      Timeline timeline = new Timeline(sources, Selection.ALL);
      List<Row> newest = timeline.newest(2);
      assertThat(newest).extracting(Row::kind).containsExactly("call", "call");
      assertThat(newest.getLast().n() - newest.getFirst().n()).isEqualTo(2);
      assertThat(newest.getLast().n()).isGreaterThan(2997);
      assertThat(new Timeline(sources, Selection.ALL.event("log.open")).newest(5)).hasSize(1);
    }
  }

  @Test
  void theTimeAskedForIsFoundWithoutReadingWhatIsBefore() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.denied("x", "any");
    }
    String line = SampleLog.lines(folder.resolve("a")).get(1);
    Instant start = Instant.parse("2026-03-01T00:00:00Z");
    for (int segment = 0; segment < 3; segment++) {
      StringBuilder lines = new StringBuilder();
      for (int i = segment * 3_000; i < (segment + 1) * 3_000; i++) {
        String time = start.plusSeconds(i).toString().replace("Z", ".000Z");
        lines
            .append(
                line.replaceFirst("\"n\":\"1\"", "\"n\":\"" + i + "\"")
                    .replaceFirst("\"time\":\"[^\"]*\"", "\"time\":\"" + time + "\""))
            .append('\n');
      }
      String name = "a/log/%020d.jsonl".formatted(segment * 3_000);
      Files.writeString(folder.resolve(name), lines);
    }
    for (int since : List.of(-5, 0, 1, 2_999, 3_000, 3_100, 5_000, 8_990, 9_500)) {
      List<Row> rows = rows(Selection.ALL.since(start.plusSeconds(since)), "a");
      assertThat(rows).hasSize(Math.clamp(9_000 - since, 0, 9_000));
      assertThat(rows.isEmpty() ? since : rows.getFirst().n()).isEqualTo(Math.max(0, since));
    }
    Cursor cursor =
        new Cursor(
            new Source("a", "", folder.resolve("a")),
            start.plusSeconds(8_900).toEpochMilli(),
            Optional.empty());
    assertThat(When.millis(requireNonNull(cursor.next()).get(Field.TIME).orElseThrow()))
        .isGreaterThan(start.plusSeconds(7_000).toEpochMilli());
  }

  @Test
  void namesCannotSteerTheTerminalNorLeaveTheirColumn() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.denied("x  y", "\u001b[2J\u202e\n");
    }
    assertThat(lines(Selection.ALL.event("call.denied"), "a"))
        .singleElement()
        .asString()
        .contains("  x\\u0020\\u0020y  ")
        .contains("  \\u001b[2J\\u202e\\u000a  ");
  }

  private static List<String> arrived(Timeline timeline) throws Exception {
    List<String> rows = new ArrayList<>();
    timeline.follow(row -> rows.add(row.get(Field.TOOL).orElse("-") + " " + row.result()));
    return rows;
  }

  private List<Row> rows(Selection selection, String... logs) throws Exception {
    try (Sources sources = Sources.open(List.of(logs), folder)) {
      List<Row> rows = new ArrayList<>();
      Timeline timeline = new Timeline(sources, selection);
      timeline.read(rows::add);
      assertThat(timeline.unreadable()).isZero();
      return rows;
    }
  }

  private List<String> tools(Selection selection, String... logs) throws Exception {
    return rows(selection, logs.length == 0 ? new String[] {"a"} : logs).stream()
        .filter(row -> !Set.of("clock.step", "key.epoch").contains(row.kind()))
        .map(row -> row.get(Field.TOOL).orElse("-"))
        .toList();
  }

  private List<String> lines(Selection selection, String... logs) throws Exception {
    RowText text = new RowText(logs.length > 1);
    return rows(selection, logs).stream().map(text::line).toList();
  }
}
