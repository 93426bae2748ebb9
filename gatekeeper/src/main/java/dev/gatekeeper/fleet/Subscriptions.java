package dev.gatekeeper.fleet;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** The URIs that the agent subscribed to at one server, which its next process has to be told. */
final class Subscriptions {
  private final Set<String> uris = new LinkedHashSet<>();

  /** Those of a server before it, and none else. */
  Subscriptions(Collection<String> former) {
    uris.addAll(former);
  }

  /** The server did as the call asked. */
  void succeeded(Call call) {
    switch (call.method()) {
      case "resources/subscribe" -> uris.add(call.target().name());
      case "resources/unsubscribe" -> uris.remove(call.target().name());
      default -> {}
    }
  }

  Set<String> uris() {
    return uris;
  }
}
