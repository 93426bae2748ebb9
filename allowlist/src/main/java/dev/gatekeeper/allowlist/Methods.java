package dev.gatekeeper.allowlist;

import java.util.Set;

/** Methods of the Model Context Protocol, which are judged by the keys made for them. */
final class Methods {
  private static final Set<String> KNOWN =
      Set.of(
          "completion/complete",
          "elicitation/create",
          "logging/setLevel",
          "notifications/cancelled",
          "notifications/elicitation/complete",
          "notifications/initialized",
          "notifications/message",
          "notifications/progress",
          "notifications/prompts/list_changed",
          "notifications/resources/list_changed",
          "notifications/resources/updated",
          "notifications/roots/list_changed",
          "notifications/tools/list_changed",
          "prompts/get",
          "prompts/list",
          "resources/list",
          "resources/read",
          "resources/subscribe",
          "resources/templates/list",
          "resources/unsubscribe",
          "roots/list",
          "sampling/createMessage",
          "server/discover",
          "subscriptions/listen",
          "tools/call",
          "tools/list");

  private Methods() {}

  /** Whether {@code method} has a key of its own, or none because it needs none. */
  static boolean isKnown(String method) {
    return KNOWN.contains(method);
  }
}
