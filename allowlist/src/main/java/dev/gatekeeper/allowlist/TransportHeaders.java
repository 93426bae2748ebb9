package dev.gatekeeper.allowlist;

import java.util.Locale;
import java.util.Set;

/** Headers by which HTTP and MCP say something of their own: no entry of a list sets one. */
public final class TransportHeaders {
  private static final Set<String> NAMES =
      Set.of(
          "accept",
          "accept-encoding",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "last-event-id",
          "mcp-method",
          "mcp-name",
          "mcp-protocol-version",
          "mcp-session-id",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private TransportHeaders() {}

  /** Whether {@code name}, in any letter case, is one of them. */
  public static boolean contains(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return NAMES.contains(lower) || lower.startsWith("mcp-param-") || lower.startsWith("proxy-");
  }
}
