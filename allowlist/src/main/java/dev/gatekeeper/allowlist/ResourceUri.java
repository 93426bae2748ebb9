package dev.gatekeeper.allowlist;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a URI is written in the one way in which globs are: {@code file:///docs/*} must not let
 * through {@code file:///docs/../etc}, nor a denied {@code file:///etc/*} be written {@code
 * FILE:///%65tc/passwd}.
 */
public final class ResourceUri {
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");

  /** Escapes of characters that need none, or that divide and end paths once decoded. */
  private static final Pattern NEEDLESS_ESCAPE =
      Pattern.compile(
          "%(?![0-9A-Fa-f]{2})|%(00|2[de-f]|5[cf]|7[ef]|3[0-9]|[46][1-9a-f]|[57][0-9a])");

  private ResourceUri() {}

  /** Whether no other spelling of {@code uri} is shorter or more usual. */
  public static boolean isPlain(String uri) {
    int colon = uri.indexOf(':');
    if (colon < 1 || !SCHEME.matcher(uri.substring(0, colon)).matches()) {
      return false;
    }
    if (uri.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '\\')
        || NEEDLESS_ESCAPE.matcher(uri.toLowerCase(Locale.ROOT)).find()) {
      return false;
    }
    String rest = uri.substring(colon + 1);
    boolean authority = rest.startsWith("//");
    String path = authority ? rest.substring(2) : rest;
    if (uri.startsWith("file:") && (!authority || !path.startsWith("/"))) {
      return false;
    }
    List<String> segments = List.of(path.split("[?#]", 2)[0].split("/", -1));
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      boolean empty = segment.isEmpty() && i > 0 && i < segments.size() - 1;
      if (empty || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
