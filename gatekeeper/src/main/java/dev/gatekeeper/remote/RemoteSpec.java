package dev.gatekeeper.remote;

import dev.gatekeeper.http.Address;
import dev.gatekeeper.http.HttpFault;
import dev.gatekeeper.http.Outgoing;
import dev.gatekeeper.wire.WireLimits;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which server a conversation is with, and the headers of its entry, which hold secrets: no {@code
 * toString}. They live as long as the conversation.
 */
public final class RemoteSpec {
  /** What the protocol itself says in headers. */
  private static final Set<String> OF_PROTOCOL =
      Set.of("accept", "content-type", "last-event-id", "mcp-protocol-version", "mcp-session-id");

  private final String name;
  private final Address address;
  private final SortedMap<String, String> headers;
  private final WireLimits limits;

  /**
   * @param name the server's in the allow-list, for messages
   * @param limits of what it may send
   * @throws HttpFault where a header cannot be sent as it is; the message names it
   */
  public RemoteSpec(
      String name, Address address, SortedMap<String, String> headers, WireLimits limits)
      throws HttpFault {
    this.name = name;
    this.address = address;
    this.headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    this.limits = limits;
    Outgoing trial = Outgoing.get(address);
    for (String header : headers.keySet()) {
      if (OF_PROTOCOL.contains(header.toLowerCase(Locale.ROOT))) {
        throw new HttpFault(
            HttpFault.Reach.UNSENT, "the header " + header + " is the protocol's own");
      }
      trial = trial.with(header, headers.get(header));
    }
  }

  String name() {
    return name;
  }

  Address address() {
    return address;
  }

  SortedMap<String, String> headers() {
    return headers;
  }

  WireLimits limits() {
    return limits;
  }
}
