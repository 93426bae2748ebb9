package dev.gatekeeper.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a request goes: https, or http to this machine. No user, no fragment; the host as it is
 * written, in ASCII.
 *
 * <p>The text of it is its origin alone, since a path or a query may hold a secret.
 */
public final class Address {
  /** Longer ones are refused by servers as well. */
  private static final int MAX_CHARS = 8_192;

  private static final Pattern LOOPBACK =
      Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int MAX_PORT = 65_535;

  private final URI uri;

  private Address(URI uri) {
    this.uri = uri;
  }

  /**
   * Reads an absolute address.
   *
   * @throws HttpFault where nothing may be sent there; the message does not repeat the text
   */
  public static Address parse(String text) throws HttpFault {
    try {
      if (text.length() > MAX_CHARS) {
        throw refused("the address is longer than " + MAX_CHARS + " characters");
      }
      return of(new URI(text));
    } catch (URISyntaxException e) {
      throw refused("the address is no URL (RFC 3986)");
    }
  }

  private static Address of(URI uri) throws HttpFault {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw refused("the address is neither https nor http");
    }
    if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
      throw refused("the address has no host, or one that is not written in ASCII");
    }
    if (uri.getRawUserInfo() != null) {
      throw refused("the address holds a user: a header is the place for credentials");
    }
    if (uri.getRawFragment() != null) {
      throw refused("the address has a fragment");
    }
    Address address = new Address(uri);
    if (scheme.equals("http") && !address.isOnThisMachine()) {
      throw refused("http would be read on the way; only https leaves this machine");
    }
    return address;
  }

  /** The proxy of an entry: what goes through it is TLS, so that it may be reached without. */
  static Address ofProxy(String text) throws HttpFault {
    try {
      URI uri = new URI(text);
      boolean bare =
          "http".equalsIgnoreCase(uri.getScheme())
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getPort() <= MAX_PORT
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
      if (bare) {
        return new Address(uri);
      }
    } catch (URISyntaxException e) {
      throw refused("the proxy of its entry is not written as http://host:port");
    }
    throw refused("the proxy of its entry is not written as http://host:port");
  }

  private static HttpFault refused(String why) {
    return new HttpFault(HttpFault.Reach.UNSENT, why);
  }

  /**
   * What a reference in an answer from here means (RFC 3986, 5).
   *
   * @throws HttpFault where it is no address
   */
  public Address resolve(String reference) throws HttpFault {
    try {
      if (reference.length() > MAX_CHARS) {
        throw refused("the address is longer than " + MAX_CHARS + " characters");
      }
      URI given = new URI(reference);
      // What a server says of fragments and dots is between it and browsers.
      URI whole = uri.resolve(given);
      return of(
          whole.getRawFragment() == null
              ? whole
              : new URI(whole.toString().substring(0, whole.toString().indexOf('#'))));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw refused("the address is no URL (RFC 3986)");
    }
  }

  /** The whole address: not for messages. */
  public URI uri() {
    return uri;
  }

  /** Whether it is spoken to without TLS. */
  public boolean isPlain() {
    return "http".equalsIgnoreCase(uri.getScheme());
  }

  /** In lower case, without the brackets of an IPv6 address. */
  public String host() {
    return bare(uri.getHost());
  }

  private static String bare(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.startsWith("[") ? lower.substring(1, lower.length() - 1) : lower;
  }

  /** As written, or that of the scheme. */
  public int port() {
    return uri.getPort() >= 0 ? uri.getPort() : isPlain() ? HTTP_PORT : HTTPS_PORT;
  }

  /** Whether its host is this machine by its very text: 127.0.0.0/8, ::1, localhost. */
  public boolean isOnThisMachine() {
    return isThisMachine(uri.getHost());
  }

  static boolean isThisMachine(String written) {
    String host = bare(written);
    return host.equals("localhost")
        || host.equals("::1")
        || host.equals("0:0:0:0:0:0:0:1")
        || LOOPBACK.matcher(host).matches();
  }

  /** Scheme, host and port, as RFC 6454 compares and writes them. */
  public String origin() {
    String host = host().contains(":") ? "[" + host() + "]" : host();
    boolean usual = port() == (isPlain() ? HTTP_PORT : HTTPS_PORT);
    return (isPlain() ? "http://" : "https://") + host + (usual ? "" : ":" + port());
  }

  /** Whether what is for one of them may go to the other. */
  public boolean hasOriginOf(Address other) {
    return origin().equals(other.origin());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address that && uri.equals(that.uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }

  /** The origin. */
  @Override
  public String toString() {
    return origin();
  }
}
