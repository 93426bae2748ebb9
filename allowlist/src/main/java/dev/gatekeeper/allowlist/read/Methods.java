package dev.gatekeeper.allowlist.read;

import java.util.Set;
import java.util.regex.Pattern;

/** Methods of the Model Context Protocol, which are judged by the keys made for them. */
final class Methods {
  private static final Pattern METHOD =
      Pattern.compile("[A-Za-z0-9_.-]{1,64}(/[A-Za-z0-9_.-]{1,64}){1,4}");

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
          "notifications/tasks/status",
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
          "tasks/cancel",
          "tasks/get",
          "tasks/list",
          "tasks/result",
          "tools/call",
          "tools/list");

  private Methods() {}

  /** Whether {@code name} is a method's whole name, and none that has its own key or needs none. */
  static boolean isUnknown(String name) {
    return METHOD.matcher(name).matches() && !KNOWN.contains(name);
  }
}
