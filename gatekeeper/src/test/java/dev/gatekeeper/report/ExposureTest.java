package dev.gatekeeper.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.report.source.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ExposureTest {
  private static final String KEY = "secret:stripe/live-key";

  @TempDir Path folder;

  /**
   * An hour's session: ten minutes and five minutes of the key, one call each, one call without.
   */
  private void day(String name) throws Exception {
    try (Story log = new Story(folder.resolve(name))) {
      log.at("09:00:00").event(Event.SESSION_OPEN, "serve");
      long first = log.at("09:10:00").grant("stripe", KEY);
      log.outcome(log.intent("stripe", "charge"), "ok");
      log.at("09:20:00").revoke("stripe", KEY, first);
      log.outcome(log.intent("stripe", "charge"), "ok");
      log.at("09:30:00").grant("stripe", KEY);
      log.denied("stripe", "refund");
      log.outcome(log.intent("stripe", "charge"), "ok");
      log.at("09:35:00").append(stop("stripe"));
      log.at("10:00:00").event(Event.SESSION_CLOSE, "");
    }
    Story.alignClocks(folder.resolve(name));
  }

  private static Entry stop(String server) {
    return Entry.of(Event.SERVER_STOP).with(Field.SERVER, server);
  }

  @Test
  void aHoldEndsWithItsRevokeOrElseWithItsServer() throws Exception {
    day("a");
    assertThat(secrets(Selection.ALL))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.name()).isEqualTo(KEY);
              assertThat(one.grants()).isEqualTo(2);
              assertThat(one.open()).isZero();
              assertThat(one.held()).isEqualTo((10 + 5) * 60_000);
              assertThat(one.known()).isEqualTo(50 * 60_000);
              assertThat(one.ambient()).isEqualTo(60 * 60_000);
              assertThat(one.calls()).isEqualTo(2);
              assertThat(one.servers()).containsExactly("stripe");
              assertThat(one.sessions()).containsExactly("5e551011");
            });
  }

  @Test
  void timeIsCutToWhatWasAskedFor() throws Exception {
    day("a");
    Selection middle =
        Selection.ALL
            .since(Instant.parse("2026-03-01T09:15:00Z"))
            .until(Instant.parse("2026-03-01T09:32:00Z"));
    assertThat(secrets(middle))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.held()).isEqualTo((5 + 2) * 60_000);
              assertThat(one.known()).isEqualTo(17 * 60_000);
              assertThat(one.ambient()).isEqualTo(17 * 60_000);
            });
    assertThat(secrets(Selection.ALL.since(Instant.parse("2026-03-01T09:50:00Z")))).isEmpty();
  }

  @Test
  void aHoldWithoutAnEndCountsUntilItsSessionIsLastHeardOf() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.at("09:00:00").event(Event.SESSION_OPEN, "serve");
      log.at("09:10:00").grant("stripe", KEY);
      log.at("09:12:00").denied("stripe", "refund");
    }
    Story.alignClocks(folder.resolve("a"));
    assertThat(secrets(Selection.ALL.since(Instant.parse("2026-03-01T09:00:01Z"))))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.open()).isOne();
              assertThat(one.held()).isEqualTo(2 * 60_000);
            });
    try (Sources sources = Sources.open(List.of("a"), folder)) {
      assertThat(TableText.of(Exposure.of(sources, Selection.ALL)).get(1)).contains("  >");
    }
  }

  @Test
  void onlyTheSecretAndTheServerAskedForAreToldAndSeveralLogsAddUp() throws Exception {
    day("a");
    day("b");
    Selection cut = Selection.ALL.since(Instant.parse("2026-03-01T09:00:01Z"));
    assertThat(secrets(cut.with(Field.SECRET, "other"))).isEmpty();
    assertThat(secrets(cut.with(Field.SERVER, "github"))).isEmpty();
    try (Sources sources = Sources.open(List.of("a", "b"), folder)) {
      assertThat(Exposure.of(sources, cut.with(Field.SECRET, "stripe/live-key")).secrets())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.grants()).isEqualTo(4);
                assertThat(one.known()).isEqualTo(2 * 50 * 60_000);
              });
    }
  }

  /** A server is started, and granted what it needs, for a call that is recorded already. */
  @Test
  void callsThatWaitForTheGrantCountAsThoseThatFollowIt() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.at("09:00:00").event(Event.SESSION_OPEN, "serve");
      log.outcome(log.intent("stripe", "before"), "ok");
      log.intent("other", "charge");
      long first = log.intent("stripe", "charge");
      long second = log.intent("stripe", "charge");
      log.grant("stripe", KEY);
      log.outcome(first, "ok");
      log.outcome(second, "ok");
      log.outcome(log.intent("stripe", "charge"), "ok");
    }
    assertThat(secrets(Selection.ALL))
        .singleElement()
        .satisfies(one -> assertThat(one.calls()).isEqualTo(3));
  }

  /** Its second variable, and each call in whose arguments it stands, is granted as well. */
  @Test
  void aProcessHoldsASecretOnceHoweverOftenItWasGranted() throws Exception {
    try (Story log = new Story(folder.resolve("a"))) {
      log.at("09:00:00").event(Event.SESSION_OPEN, "serve");
      long first = log.at("09:10:00").grant("stripe", KEY);
      long second = log.grant("stripe", KEY);
      log.grant("other", KEY);
      long call = log.intent("stripe", "charge");
      long argument = log.at("09:11:00").grant("stripe", KEY);
      log.outcome(call, "ok");
      log.revoke("stripe", KEY, argument);
      log.at("09:20:00").revoke("stripe", KEY, first);
      log.at("09:30:00").revoke("stripe", KEY, second);
      log.outcome(log.intent("stripe", "charge"), "ok");
      log.at("09:40:00").append(stop("other"));
      log.at("10:00:00").event(Event.SESSION_CLOSE, "");
    }
    Story.alignClocks(folder.resolve("a"));
    assertThat(secrets(Selection.ALL))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.held()).isEqualTo((20 + 30) * 60_000);
              assertThat(one.calls()).isEqualTo(1);
              assertThat(one.grants()).isEqualTo(4);
              assertThat(one.open()).isZero();
              assertThat(one.last()).isEqualTo("2026-03-01T09:11:00.000Z");
            });
  }

  @Test
  void eachRunIsASessionOfItsOwn() throws Exception {
    try (Story log = new Story(folder.resolve("a")).session("")) {
      for (String hour : List.of("10", "12")) {
        long intent = log.at(hour + ":00:00").append(run(Event.CALL_INTENT));
        long grant = log.at(hour + ":01:00").append(run(Event.GRANT).with(Field.SECRET, KEY));
        log.at(hour + ":04:00").outcome(intent, "ok");
        log.append(run(Event.REVOKE).with(Field.SECRET, KEY).with(Field.REF, grant));
      }
    }
    Story.alignClocks(folder.resolve("a"));
    assertThat(secrets(Selection.ALL))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.held()).isEqualTo(2 * 3 * 60_000);
              assertThat(one.ambient()).isEqualTo(2 * 4 * 60_000);
              assertThat(one.known()).isEqualTo(2 * 3 * 60_000);
              assertThat(one.sessions()).hasSize(2);
            });
  }

  @Test
  void aHoldWhoseGrantIsPrunedCountsFromTheFirstRecordThatIsLeft() throws Exception {
    day("a");
    Path segment = folder.resolve("a").resolve(SampleLog.SEGMENT);
    List<String> lines = Files.readAllLines(segment);
    int left = 1;
    while (!lines.get(left - 1).contains("\"event\":\"grant\"")) {
      left++;
    }
    Files.write(
        segment.resolveSibling("%020d.jsonl".formatted(left)), lines.subList(left, lines.size()));
    Files.delete(segment);
    assertThat(secrets(Selection.ALL))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.held()).isEqualTo((10 + 5) * 60_000);
              assertThat(one.open()).as("its beginning is not known").isOne();
              assertThat(one.grants()).isOne();
            });
  }

  @Test
  void whatACommandOfAPersonStartsIsASessionOfItsOwn() throws Exception {
    try (Story log = new Story(folder.resolve("a")).session("")) {
      long grant = log.at("10:00:00").grant("stripe", KEY);
      log.at("10:03:00").revoke("stripe", KEY, grant);
    }
    Story.alignClocks(folder.resolve("a"));
    assertThat(secrets(Selection.ALL))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.held()).isEqualTo(3 * 60_000);
              assertThat(one.ambient()).isEqualTo(3 * 60_000);
              assertThat(one.known()).isEqualTo(3 * 60_000);
              assertThat(one.sessions()).singleElement().asString().startsWith("process ");
            });
  }

  private static Entry run(Event event) {
    return Entry.of(event).with(Field.SERVER, "run:deploy");
  }

  private List<Exposure.Secret> secrets(Selection selection) throws Exception {
    try (Sources sources = Sources.open(List.of("a"), folder)) {
      return Exposure.of(sources, selection).secrets();
    }
  }
}
