package dev.gatekeeper.login.discovery;

import dev.gatekeeper.login.web.LoginException;
import dev.gatekeeper.login.web.Reach;
import java.net.URI;
import java.util.Locale;

/**
 * The address of a server as a resource indicator (RFC 8707 section 2): scheme and host in lower
 * case, no port that is the scheme's own, no fragment, no slash that stands alone.
 *
 * @param uri canonical
 */
public record Resource(URI uri) {
  /** Of an address as an entry has it. */
  public static Resource of(String text) throws LoginException {
    URI uri = Reach.parse("the address of the server", text);
    return new Resource(URI.create(origin(uri) + path(uri) + query(uri)));
  }

  /** Scheme, host and port. */
  public static String origin(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    int port = uri.getPort();
    return scheme
        + "://"
        + uri.getHost().toLowerCase(Locale.ROOT)
        + (port < 0 || port == usual ? "" : ":" + port);
  }

  /** The path as it is written; empty for the root. */
  static String path(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return path.equals("/") ? "" : path;
  }

  private static String query(URI uri) {
    return uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
  }

  public String origin() {
    return origin(uri);
  }

  /**
   * Whether a token for {@code other} is one for this: the same, or a place above this one at the
   * same origin, whole segments of the path.
   */
  public boolean isWithin(Resource other) {
    if (uri.equals(other.uri)) {
      return true;
    }
    if (!origin().equals(other.origin()) || other.uri.getRawQuery() != null) {
      return false;
    }
    String above = path(other.uri);
    String own = path(uri);
    return own.equals(above) || own.startsWith(above.endsWith("/") ? above : above + "/");
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
