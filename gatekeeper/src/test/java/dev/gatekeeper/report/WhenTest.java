package dev.gatekeeper.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WhenTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

  @ParameterizedTest
  @CsvSource({
    "90s, 2026-03-01T11:58:30Z",
    "30m, 2026-03-01T11:30:00Z",
    "12h, 2026-03-01T00:00:00Z",
    "7d, 2026-02-22T12:00:00Z",
    "2w, 2026-02-15T12:00:00Z",
    "1y, 2025-03-01T12:00:00Z",
    "2026-01-31, 2026-01-31T00:00:00Z",
    "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z"
  })
  void isReadAsAPersonTypesIt(String text, String instant) {
    assertThat(When.parse(text, NOW)).contains(Instant.parse(instant));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "y", "1.5y", "-1y", "1 y", "1Y", "1000000y", "2026-02-30", "T"})
  void nothingElseIs(String text) {
    assertThat(When.parse(text, NOW)).isEmpty();
  }

  @Test
  void whatIsBeforeTheFirstYearIsLongAgo() {
    assertThat(When.parse("999999y", NOW).orElseThrow()).isBefore("0000-01-01T00:00:00Z");
  }
}
