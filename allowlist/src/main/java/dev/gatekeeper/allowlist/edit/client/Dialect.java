package dev.gatekeeper.allowlist.edit.client;

import java.util.Set;

/**
 * What the keys of an entry are called.
 *
 * @param environment the object of variables
 * @param headers the object of headers
 * @param allow the array of tools that exist; empty where the client has none
 * @param deny the array of tools that do not
 * @param timeout the key of the time for a call
 * @param millis whether that is in milliseconds, else seconds
 * @param known all keys that are translated, or mean nothing for what is allowed
 */
record Dialect(
    String environment,
    String headers,
    String allow,
    String deny,
    String timeout,
    boolean millis,
    Set<String> known) {
  private static final Dialect MCP_JSON =
      new Dialect(
          "env",
          "headers",
          "",
          "",
          "timeout",
          true,
          Set.of(
              "type",
              "command",
              "args",
              "env",
              "cwd",
              "url",
              "headers",
              "oauth",
              "timeout",
              "disabled",
              "enabled"));

  private static final Dialect EDITOR =
      new Dialect(
          "env",
          "headers",
          "",
          "",
          "timeout",
          true,
          Set.of(
              "type",
              "command",
              "args",
              "env",
              "envFile",
              "cwd",
              "url",
              "headers",
              "oauth",
              "auth",
              "timeout",
              "disabled",
              "enabled",
              "gallery",
              "version"));

  private static final Dialect CODEX =
      new Dialect(
          "env",
          "http_headers",
          "enabled_tools",
          "disabled_tools",
          "tool_timeout_sec",
          false,
          Set.of(
              "command",
              "args",
              "env",
              "env_vars",
              "cwd",
              "url",
              "http_headers",
              "env_http_headers",
              "bearer_token",
              "bearer_token_env_var",
              "enabled_tools",
              "disabled_tools",
              "tool_timeout_sec",
              "enabled",
              "name",
              "required",
              "supports_parallel_tool_calls"));

  private static final Dialect GEMINI =
      new Dialect(
          "env",
          "headers",
          "includeTools",
          "excludeTools",
          "timeout",
          true,
          Set.of(
              "type",
              "command",
              "args",
              "env",
              "cwd",
              "url",
              "httpUrl",
              "headers",
              "oauth",
              "timeout",
              "includeTools",
              "excludeTools",
              "description"));

  private static final Dialect OPENCODE =
      new Dialect(
          "environment",
          "headers",
          "",
          "",
          "timeout",
          true,
          Set.of(
              "type",
              "command",
              "cwd",
              "environment",
              "url",
              "headers",
              "oauth",
              "timeout",
              "enabled"));

  static Dialect of(Client client) {
    return switch (client) {
      case CLAUDE_CODE, CLAUDE_DESKTOP -> MCP_JSON;
      case CURSOR, VSCODE -> EDITOR;
      case CODEX -> CODEX;
      case GEMINI -> GEMINI;
      case OPENCODE -> OPENCODE;
    };
  }
}
