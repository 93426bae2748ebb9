package dev.gatekeeper.allowlist.arguments;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The values of {@code format}, each of them asserted. The expressions take linear time: what each
 * repetition takes up is told by its next character.
 */
final class Formats {
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern DATE_TIME =
      Pattern.compile(DATE.pattern() + "T\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern OCTETS = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
  private static final Pattern HOSTNAME =
      Pattern.compile("(?!-)[A-Za-z0-9-]{1,63}+(?<!-)(\\.(?!-)[A-Za-z0-9-]{1,63}+(?<!-))*+");
  private static final Pattern MAILBOX = Pattern.compile("[A-Za-z0-9_+-]++(\\.[A-Za-z0-9_+-]++)*+");

  private static final Map<String, Predicate<String>> ALL =
      new TreeMap<>(
          Map.of(
              "date",
              text -> DATE.matcher(text).matches() && reads(LocalDate::parse, text),
              "date-time",
              text -> DATE_TIME.matcher(text).matches() && reads(OffsetDateTime::parse, text),
              "email",
              Formats::isEmail,
              "hostname",
              Formats::isHostname,
              "ipv4",
              OCTETS.asMatchPredicate(),
              "uri",
              Formats::isUri,
              "uuid",
              UUID.asMatchPredicate()));

  private Formats() {}

  static Map<String, Predicate<String>> all() {
    return ALL;
  }

  private static boolean reads(Consumer<String> parser, String text) {
    try {
      parser.accept(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** RFC 1123: labels of at most 63 characters, 253 in all. */
  static boolean isHostname(String text) {
    return text.length() <= 253 && HOSTNAME.matcher(text).matches();
  }

  /** The addresses that people have: no quoted mailbox, no address literal. */
  private static boolean isEmail(String text) {
    int at = text.indexOf('@');
    return at > 0
        && at <= 64
        && MAILBOX.matcher(text.substring(0, at)).matches()
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
}
