package dev.gatekeeper.allowlist.arguments;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The keyword {@code gk:hostIn}: a string is an absolute URL of one of these schemes, or a bare
 * host, and its host and port are among the listed.
 *
 * <p>URL readers disagree about everything unusual, so that only what each of them reads in the
 * same way passes: no user, no backslash, no percent sign or letter beyond ASCII in the authority,
 * no empty or trailing label, no control character or space anywhere.
 */
final class Hosts {
  private static final Map<String, Integer> DEFAULT_PORTS =
      Map.of("http", 80, "https", 443, "ws", 80, "wss", 443);

  /** UTF-16 units of a URL: what common servers take. */
  private static final int MAX_TEXT = 8192;

  private Hosts() {}

  /** A host that a rule lists; a negative port is the default of whatever scheme. */
  private record Entry(String host, boolean below, int port) {
    boolean admits(Entry asked) {
      boolean named = below ? asked.host.endsWith("." + host) : asked.host.equals(host);
      return named && asked.port == port;
    }
  }

  /** Whether {@code text} can stand in the keyword's array. */
  static boolean isEntry(String text) {
    return text.equals(text.toLowerCase(Locale.ROOT)) && entry(text).isPresent();
  }

  /** Whether {@code value} leads to one of {@code listed}. */
  static boolean admits(List<String> listed, String value) {
    Optional<Entry> asked = asked(value);
    return asked.isPresent()
        && listed.stream().anyMatch(text -> entry(text).orElseThrow().admits(asked.get()));
  }

  private static Optional<Entry> entry(String text) {
    boolean below = text.startsWith("*.");
    return authority(below ? text.substring(2) : text, -1)
        .map(host -> new Entry(host.host(), below, host.port()));
  }

  private static Optional<Entry> asked(String value) {
    if (value.length() > MAX_TEXT || !value.chars().allMatch(c -> c > ' ' && c != 0x7f)) {
      return Optional.empty();
    }
    int scheme = value.indexOf("://");
    if (scheme < 0) {
      return authority(value, -1);
    }
    Integer defaultPort = DEFAULT_PORTS.get(value.substring(0, scheme).toLowerCase(Locale.ROOT));
    if (defaultPort == null || value.indexOf('\\') >= 0) {
      return Optional.empty();
    }
    String rest = value.substring(scheme + 3);
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    return authority(rest.substring(0, end), defaultPort);
  }

  /** {@code host} or {@code host:port}; {@code defaultPort} written out counts as no port. */
  private static Optional<Entry> authority(String text, int defaultPort) {
    int colon = text.indexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    int port = -1;
    if (colon >= 0) {
      String digits = text.substring(colon + 1);
      if (!digits.matches("[1-9][0-9]{0,4}")) {
        return Optional.empty();
      }
      port = Integer.parseInt(digits);
      if (port > 65_535) {
        return Optional.empty();
      }
    }
    if (!Formats.isHostname(host)) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(host.toLowerCase(Locale.ROOT), false, port == defaultPort ? -1 : port));
  }
}
