package dev.gatekeeper.allowlist.arguments;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The values of {@code format}, each of them asserted. */
final class Formats {
  private static final LinearPattern DATE_TIME =
      known("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$");
  private static final LinearPattern DATE = known("^\\d{4}-\\d\\d-\\d\\d$");
  private static final LinearPattern UUID =
      known("^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$");
  private static final LinearPattern OCTETS =
      known("^((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)$");
  private static final LinearPattern HOSTNAME =
      known("^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$");
  private static final LinearPattern MAILBOX = known("^[A-Za-z0-9_+-]+(\\.[A-Za-z0-9_+-]+)*$");

  private static final Map<String, Predicate<String>> ALL =
      new TreeMap<>(
          Map.of(
              "date", Formats::isDate,
              "date-time", Formats::isDateTime,
              "email", Formats::isEmail,
              "hostname", Formats::isHostname,
              "ipv4", OCTETS::matches,
              "uri", Formats::isUri,
              "uuid", UUID::matches));

  private Formats() {}

  static Map<String, Predicate<String>> all() {
    return ALL;
  }

  private static boolean isDate(String text) {
    if (!DATE.matches(text)) {
      return false;
    }
    try {
      LocalDate.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static boolean isDateTime(String text) {
    if (!DATE_TIME.matches(text)) {
      return false;
    }
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** RFC 1123: labels of at most 63 characters, 253 in all. */
  static boolean isHostname(String text) {
    if (text.length() > 253 || !HOSTNAME.matches(text)) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      if (label.length() > 63) {
        return false;
      }
    }
    return true;
  }

  /** The addresses that people have: no quoted mailbox, no address literal. */
  private static boolean isEmail(String text) {
    int at = text.indexOf('@');
    return at > 0
        && at <= 64
        && MAILBOX.matches(text.substring(0, at))
        && isHostname(text.substring(at + 1));
  }

  /** RFC 3986, absolute, ASCII. */
  private static boolean isUri(String text) {
    try {
      return text.length() <= 8192
          && text.chars().allMatch(c -> c > ' ' && c < 0x7f)
          && new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static LinearPattern known(String pattern) {
    try {
      return LinearPattern.parse(pattern);
    } catch (PatternException e) {
      throw new AssertionError(pattern, e);
    }
  }
}
