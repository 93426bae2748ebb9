package dev.gatekeeper.allowlist.edit.client;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A program that starts MCP servers, and how its configuration says so.
 *
 * @see <a href="https://code.claude.com/docs/en/mcp">Claude Code: MCP</a>
 * @see <a href="https://modelcontextprotocol.io/docs/develop/connect-local-servers">Claude Desktop:
 *     local servers</a>
 * @see <a href="https://cursor.com/docs/context/mcp">Cursor: MCP</a>
 * @see <a href="https://code.visualstudio.com/docs/copilot/reference/mcp-configuration">VS Code:
 *     MCP configuration reference</a>
 * @see <a href="https://github.com/openai/codex/blob/main/docs/config.md">Codex: configuration; the
 *     keys are those of {@code RawMcpServerConfig} in {@code codex-rs/config/src/mcp_types.rs}</a>
 * @see <a href="https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md">
 *     Gemini CLI: MCP servers</a>
 * @see <a href="https://opencode.ai/docs/mcp-servers/">opencode: MCP servers</a>
 */
public enum Client {
  CLAUDE_CODE("claude-code", "Claude Code", Syntax.JSON, "mcpServers"),
  CLAUDE_DESKTOP("claude-desktop", "Claude Desktop", Syntax.JSON, "mcpServers"),
  CURSOR("cursor", "Cursor", Syntax.JSONC, "mcpServers"),
  VSCODE("vscode", "VS Code", Syntax.JSONC, "servers"),
  CODEX("codex", "Codex", Syntax.TOML, "mcp_servers"),
  GEMINI("gemini", "Gemini CLI", Syntax.JSONC, "mcpServers"),
  OPENCODE("opencode", "opencode", Syntax.JSONC, "mcp");

  /** How the file is written. */
  enum Syntax {
    JSON,
    /** With comments and trailing commas. */
    JSONC,
    TOML
  }

  /** How a value names a variable. */
  enum Form {
    /** {@code ${NAME}}, {@code ${NAME:-default}}, {@code ${env:NAME}}, {@code ${input:id}}. */
    BRACES,
    /** {@code $NAME}. */
    DOLLAR,
    /** {@code {env:NAME}} and {@code {file:path}}. */
    CURLY
  }

  private final String id;
  private final String title;
  private final Syntax syntax;
  private final String servers;

  Client(String id, String title, Syntax syntax, String servers) {
    this.id = id;
    this.title = title;
    this.syntax = syntax;
    this.servers = servers;
  }

  /** As a person types it. */
  public String id() {
    return id;
  }

  /** As it calls itself. */
  public String title() {
    return title;
  }

  /** The key under which its servers stand. */
  public String servers() {
    return servers;
  }

  Syntax syntax() {
    return syntax;
  }

  /** How its values name variables; none where they are text and nothing else. */
  Set<Form> forms() {
    return switch (this) {
      case CLAUDE_CODE, CURSOR, VSCODE -> Set.of(Form.BRACES);
      case GEMINI -> Set.of(Form.BRACES, Form.DOLLAR);
      case OPENCODE -> Set.of(Form.CURLY);
      case CLAUDE_DESKTOP, CODEX -> Set.of();
    };
  }

  /** The client that a person calls {@code id}. */
  public static Optional<Client> of(String id) {
    return Arrays.stream(values()).filter(client -> client.id.equals(id)).findFirst();
  }

  /** All that a person can type. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(Client::id).toList();
  }

  /**
   * Whose file it is by its name. {@code mcpServers} in a file of any name is what most clients
   * share.
   */
  public static Client ofFile(String path) {
    String plain = path.replace('\\', '/');
    if (plain.endsWith(".toml")) {
      return CODEX;
    }
    if (plain.matches("(.*/)?opencode\\.jsonc?")) {
      return OPENCODE;
    }
    if (plain.matches("(.*/)?\\.gemini/settings\\.json")) {
      return GEMINI;
    }
    if (plain.matches("(.*/)?(\\.vscode|User)/mcp\\.json")) {
      return VSCODE;
    }
    if (plain.matches("(.*/)?\\.cursor/mcp\\.json")) {
      return CURSOR;
    }
    return plain.endsWith("claude_desktop_config.json") ? CLAUDE_DESKTOP : CLAUDE_CODE;
  }
}
