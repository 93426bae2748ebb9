package dev.gatekeeper.login.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** How near an address is to this machine. The order is that of the values. */
enum Nearness {
  /** This machine, its link, and what answers there alone (cloud metadata). */
  HERE,
  /** Networks that are not routed. */
  PRIVATE,
  PUBLIC;

  static Nearness of(InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress() || address.isLinkLocalAddress()) {
      return HERE;
    }
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address) {
      return sixth(bytes);
    }
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (first == 0 || first == 127) {
      return HERE;
    }
    boolean reserved =
        address.isSiteLocalAddress()
            || first >= 224 // multicast, and what was never given out
            || (first == 100 && (second & 0xc0) == 64) // RFC 6598
            || (first == 192 && second == 0 && bytes[2] == 0) // RFC 6890
            || (first == 198 && (second & 0xfe) == 18); // RFC 2544
    return reserved ? PRIVATE : PUBLIC;
  }

  private static Nearness sixth(byte[] bytes) {
    if ((bytes[0] & 0xfe) == 0xfc || (bytes[0] & 0xff) == 0xff) {
      return PRIVATE; // RFC 4193, multicast
    }
    if ((bytes[0] & 0xff) == 0xfe) {
      return (bytes[1] & 0xc0) == 0x80 ? HERE : PRIVATE;
    }
    boolean nat = starts(bytes, 0x00, 0x64, 0xff, 0x9b); // RFC 6052
    boolean compatible = zero(bytes, 0, 12);
    if (nat || compatible) {
      return fourth(Arrays.copyOfRange(bytes, 12, 16));
    }
    if (starts(bytes, 0x20, 0x02)) { // RFC 3056
      return fourth(Arrays.copyOfRange(bytes, 2, 6));
    }
    return PUBLIC;
  }

  private static Nearness fourth(byte[] bytes) {
    try {
      return of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }

  private static boolean starts(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
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
