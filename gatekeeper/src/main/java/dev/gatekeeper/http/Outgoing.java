package dev.gatekeeper.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One request. Without {@code toString}: its headers hold credentials. Not for several threads
 * until it is sent.
 */
public final class Outgoing {
  /** What this client writes itself, and what would change how a message is framed. */
  private static final Set<String> OURS =
      Set.of(
          "accept-encoding",
          "connection",
          "content-length",
          "cookie",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

  /** RFC 9110 field-content in ASCII: visible characters, blanks and tabs between them. */
  private static final Pattern VALUE = Pattern.compile("[!-~]([\\t -~]*[!-~])?");

  /** Servers refuse longer ones. */
  private static final int MAX_VALUE = 16_384;

  private final String method;
  private final Address target;
  private final Optional<byte[]> body;
  private final SortedMap<String, String> headers = new TreeMap<>();

  private Outgoing(String method, Address target, Optional<byte[]> body) {
    this.method = method;
    this.target = target;
    this.body = body;
  }

  /** RFC 9110, 9.3.1. */
  public static Outgoing get(Address target) {
    return new Outgoing("GET", target, Optional.empty());
  }

  /** RFC 9110, 9.3.3; the array is not copied. */
  public static Outgoing post(Address target, byte[] body) {
    return new Outgoing("POST", target, Optional.of(body));
  }

  /** RFC 9110, 9.3.5. */
  public static Outgoing delete(Address target) {
    return new Outgoing("DELETE", target, Optional.empty());
  }

  /**
   * Sets a header in place of one of the same name.
   *
   * @throws HttpFault where the value could end the header and begin another, or is empty; where
   *     the header is this client's own. The message names the header, not the value
   */
  public Outgoing with(String name, String value) throws HttpFault {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches() || OURS.contains(lower)) {
      throw new HttpFault(
          HttpFault.Reach.UNSENT,
          NAME.matcher(name).matches()
              ? "the header " + lower + " cannot be set"
              : "the name of a header is none (RFC 9110)");
    }
    if (value.length() > MAX_VALUE || !VALUE.matcher(value).matches()) {
      throw new HttpFault(
          HttpFault.Reach.UNSENT,
          "the value of the header "
              + lower
              + " is empty, too long, or holds something else than visible ASCII characters");
    }
    headers.put(lower, value);
    return this;
  }

  /** The same request to another place. */
  Outgoing to(Address other) {
    Outgoing moved = new Outgoing(method, other, body);
    moved.headers.putAll(headers);
    return moved;
  }

  String method() {
    return method;
  }

  Address target() {
    return target;
  }

  Optional<byte[]> body() {
    return body;
  }

  SortedMap<String, String> headers() {
    return headers;
  }
}
