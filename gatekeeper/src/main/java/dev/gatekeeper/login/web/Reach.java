package dev.gatekeeper.login.web;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Which addresses may be asked on behalf of a server: its metadata leads to hosts that are as
 * public as the server is, or more. So a server on the internet sends us to no service of this
 * machine or of its network. HTTPS; plain HTTP only on this machine, for a server on this machine.
 *
 * <p>Names are resolved here and once more by the connection, within the time for which the
 * platform keeps an answer.
 */
public final class Reach {
  private static final int MAX_LENGTH = 2048;

  /** The addresses of a host. */
  public interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** The system's. */
  public static final Resolver SYSTEM = InetAddress::getAllByName;

  private final Nearness least;
  private final Resolver resolver;
  private final boolean elsewhere;

  private Reach(Nearness least, Resolver resolver, boolean elsewhere) {
    this.least = least;
    this.resolver = resolver;
    this.elsewhere = elsewhere;
  }

  /**
   * What a server may lead to.
   *
   * @param server of a list in force
   * @param proxied whether a proxy makes the connections, and so may know names that we do not
   */
  public static Reach of(URI server, boolean proxied, Resolver resolver) throws LoginException {
    if (isHere(server.getHost())) {
      return new Reach(Nearness.HERE, resolver, proxied);
    }
    Optional<Nearness> nearest = nearness(server.getHost(), resolver, proxied, true);
    Nearness least = nearest.orElse(Nearness.PUBLIC);
    return new Reach(least == Nearness.HERE ? Nearness.PRIVATE : least, resolver, proxied);
  }

  /** As this one, and also what {@code other}, which a reviewed entry names, may lead to. */
  public Reach and(URI other) throws LoginException {
    Reach further = of(other, elsewhere, resolver);
    return further.least.compareTo(least) < 0 ? further : this;
  }

  /**
   * An address that may be asked.
   *
   * @param what it is, for messages
   */
  public URI check(String what, String text) throws LoginException {
    URI uri = parse(what, text);
    boolean here = isHere(uri.getHost());
    if (uri.getScheme().equals("http") && !(here && least == Nearness.HERE)) {
      throw LoginException.fault(what + " is not https");
    }
    if (here && least != Nearness.HERE) {
      throw near(what, uri);
    }
    Optional<Nearness> nearness =
        here ? Optional.of(Nearness.HERE) : nearness(uri.getHost(), resolver, elsewhere, false);
    if (nearness.isPresent() && nearness.get().compareTo(least) < 0) {
      throw near(what, uri);
    }
    return uri;
  }

  private static LoginException near(String what, URI uri) {
    return LoginException.fault(
        what
            + " is on "
            + uri.getHost()
            + ", which is nearer to this machine than the server is: it is not asked");
  }

  /** An absolute http or https address with a host, and without user information or fragment. */
  public static URI parse(String what, String text) throws LoginException {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean fit =
          text.length() <= MAX_LENGTH
              && (scheme.equals("https") || scheme.equals("http"))
              && uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawFragment() == null
              && uri.getPort() <= 65_535
              && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
      if (fit) {
        return scheme.equals(uri.getScheme())
            ? uri
            : new URI(scheme + text.substring(scheme.length()));
      }
    } catch (URISyntaxException e) {
      // said below: what somebody else wrote is not quoted
    }
    throw LoginException.fault(what + " is no address of the web");
  }

  /** Whether a host is this machine by its name alone. */
  public static boolean isHere(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return true;
    }
    boolean literal = name.startsWith("[") || name.matches("[0-9.]+");
    try {
      return literal && Nearness.of(InetAddress.getByName(name)) == Nearness.HERE;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static Optional<Nearness> nearness(
      String host, Resolver resolver, boolean proxied, boolean farthest) throws LoginException {
    try {
      return Arrays.stream(resolver.resolve(host))
          .map(Nearness::of)
          .reduce((a, b) -> (a.compareTo(b) < 0) == farthest ? b : a);
    } catch (UnknownHostException e) {
      if (proxied) {
        return Optional.empty();
      }
      throw LoginException.unreachable(host + " has no address");
    }
  }
}
