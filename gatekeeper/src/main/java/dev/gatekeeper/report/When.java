package dev.gatekeeper.report;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Points in time, as a person types them and as a record has them. */
public final class When {
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhdwy])");

  private When() {}

  /**
   * {@code 30m}, {@code 12h}, {@code 7d}, {@code 1y} (365 days) ago; {@code 2026-01-31}; {@code
   * 2026-01-31T12:00:00Z}.
   */
  public static Optional<Instant> parse(String text, Clock clock) {
    Matcher ago = AGO.matcher(text);
    try {
      if (ago.matches()) {
        long count = Long.parseLong(ago.group(1));
        Duration unit =
            switch (ago.group(2)) {
              case "s" -> Duration.ofSeconds(1);
              case "m" -> Duration.ofMinutes(1);
              case "h" -> Duration.ofHours(1);
              case "d" -> Duration.ofDays(1);
              case "w" -> Duration.ofDays(7);
              default -> Duration.ofDays(365);
            };
        return Optional.of(clock.instant().minus(unit.multipliedBy(count)));
      }
      return Optional.of(
          text.indexOf('T') > 0
              ? Instant.parse(text)
              : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Milliseconds since 1970 of a record's time. A reader accepts any digits there, so a month of 99
   * gives some number and no error.
   */
  static long millis(String time) {
    long year = digits(time, 0, 4);
    long month = digits(time, 5, 2);
    long shifted = month <= 2 ? year - 1 : year;
    long era = Math.floorDiv(shifted, 400);
    long ofEra = shifted - era * 400;
    long ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + digits(time, 8, 2) - 1;
    long days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
    long seconds = digits(time, 11, 2) * 3600 + digits(time, 14, 2) * 60 + digits(time, 17, 2);
    return (days * 86_400 + seconds) * 1000 + digits(time, 20, 3);
  }

  private static long digits(String text, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }
}
