package dev.gatekeeper.login.web;

import dev.gatekeeper.http.Neighbourhood;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

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

  private final Neighbourhood nearest;
  private final Resolver resolver;
  private final boolean elsewhere;

  private Reach(Neighbourhood nearest, Resolver resolver, boolean elsewhere) {
    this.nearest = nearest;
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
      return new Reach(Neighbourhood.LOOPBACK, resolver, proxied);
    }
    Neighbourhood farthest =
        neighbourhoods(server.getHost(), resolver, proxied).stream()
            .min(Neighbourhood::compareTo)
            .orElse(Neighbourhood.PUBLIC);
    boolean near = farthest != Neighbourhood.PUBLIC;
    return new Reach(near ? Neighbourhood.PRIVATE : farthest, resolver, proxied);
  }

  /** As this one, and also what {@code other}, which a reviewed entry names, may lead to. */
  public Reach and(URI other) throws LoginException {
    Reach further = of(other, elsewhere, resolver);
    return further.nearest.compareTo(nearest) > 0 ? further : this;
  }

  /**
   * An address that may be asked.
   *
   * @param what it is, for messages
   */
  public URI check(String what, String text) throws LoginException {
    URI uri = parse(what, text);
    boolean here = isHere(uri.getHost());
    if (uri.getScheme().equals("http") && !(here && nearest == Neighbourhood.LOOPBACK)) {
      throw LoginException.fault(what + " is not https");
    }
    Neighbourhood there =
        here
            ? Neighbourhood.LOOPBACK
            : neighbourhoods(uri.getHost(), resolver, elsewhere).stream()
                .max(Neighbourhood::compareTo)
                .orElse(Neighbourhood.PUBLIC);
    if (there.compareTo(nearest) > 0) {
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
      return literal && Neighbourhood.of(InetAddress.getByName(name)) == Neighbourhood.LOOPBACK;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** None where only the proxy knows the name. */
  private static List<Neighbourhood> neighbourhoods(String host, Resolver resolver, boolean proxied)
      throws LoginException {
    try {
      return Arrays.stream(resolver.resolve(host)).map(Neighbourhood::of).toList();
    } catch (UnknownHostException e) {
      if (proxied) {
        return List.of();
      }
      throw LoginException.unreachable(host + " has no address");
    }
  }
}
