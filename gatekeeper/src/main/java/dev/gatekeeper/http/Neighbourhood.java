package dev.gatekeeper.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Where an IP address is, by the registries of RFC 6890. For an address that somebody else names:
 * he must not have us speak to services that trust whoever is near.
 */
public enum Neighbourhood {
  /** Out in the network. */
  PUBLIC,
  /** A network of its own, or addresses with no host behind them. */
  PRIVATE,
  /** The cable or the cloud's own machine: metadata services live here. */
  LINK_LOCAL,
  /** This machine. */
  LOOPBACK;

  private static final int BYTE = 0xff;

  /** Of one address. */
  public static Neighbourhood of(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return LOOPBACK;
    }
    if (address.isAnyLocalAddress()) {
      return LOOPBACK; // connects to this machine
    }
    if (address.isLinkLocalAddress()) {
      return LINK_LOCAL;
    }
    return switch (address) {
      case Inet4Address four -> isOwn(four.getAddress()) ? PRIVATE : PUBLIC;
      case Inet6Address six -> of(six.getAddress());
      default -> PRIVATE;
    };
  }

  private static boolean isOwn(byte[] four) {
    int first = four[0] & BYTE;
    int second = four[1] & BYTE;
    return first == 0
        || first == 10
        || first >= 224 // multicast, reserved, broadcast
        || (first == 100 && (second & 0xc0) == 64)
        || (first == 172 && (second & 0xf0) == 16)
        || (first == 192 && second == 168)
        || (first == 192 && second == 0 && (four[2] & BYTE) == 0)
        || (first == 198 && (second & 0xfe) == 18);
  }

  private static Neighbourhood of(byte[] six) {
    int first = six[0] & BYTE;
    int second = six[1] & BYTE;
    boolean nat64 = first == 0 && second == 0x64 && (six[2] & BYTE) == BYTE;
    boolean compatible = zero(six, 0, 12);
    if (nat64 || compatible) {
      return embedded(six, 12);
    }
    if (first == 0x20 && second == 0x02) {
      return embedded(six, 2); // 6to4
    }
    boolean own = (first & 0xfe) == 0xfc || first == 0xff || (first == 0xfe && second >= 0xc0);
    return own || first == 0 ? PRIVATE : PUBLIC;
  }

  private static Neighbourhood embedded(byte[] six, int at) {
    try {
      return of(InetAddress.getByAddress(Arrays.copyOfRange(six, at, at + 4)));
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  private static boolean zero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
