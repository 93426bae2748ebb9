package dev.gatekeeper.mcp;

import dev.gatekeeper.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The messages that the gatekeeper writes itself, as JSON-RPC 2.0 bytes.
 *
 * <p>Ids are handed in as they were written and go out unchanged.
 */
public final class Answers {
  public static final int PARSE_ERROR = -32700;
  public static final int INVALID_REQUEST = -32600;
  public static final int METHOD_NOT_FOUND = -32601;
  public static final int INVALID_PARAMS = -32602;
  public static final int INTERNAL_ERROR = -32603;

  /** MCP 2025-11-25, resources: a resource that is not there. */
  public static final int RESOURCE_NOT_FOUND = -32002;

  private Answers() {}

  public static byte[] result(byte[] id, byte[] result) {
    return join("{\"jsonrpc\":\"2.0\",\"id\":", id, ",\"result\":", result, "}");
  }

  public static byte[] emptyResult(byte[] id) {
    return result(id, ascii("{}"));
  }

  /** A tool result that holds one text; {@code isError} tells the model that the call failed. */
  public static byte[] toolText(byte[] id, String text, boolean isError) {
    return result(
        id,
        join(
            "{\"content\":[{\"type\":\"text\",\"text\":",
            Json.quote(text),
            "}],\"isError\":" + isError + "}"));
  }

  /** An error; without an id where the request's cannot be told, as the schema allows. */
  public static byte[] error(Optional<byte[]> id, int code, String message) {
    byte[] error = join("{\"code\":" + code + ",\"message\":", Json.quote(message), "}");
    return id.isPresent()
        ? join("{\"jsonrpc\":\"2.0\",\"id\":", id.get(), ",\"error\":", error, "}")
        : join("{\"jsonrpc\":\"2.0\",\"error\":", error, "}");
  }

  /** The one answer for what is hidden and for what is not there. */
  public static byte[] unknown(byte[] id, String method, String publicName) {
    return switch (method) {
      case "tools/call" -> error(Optional.of(id), INVALID_PARAMS, "Unknown tool: " + publicName);
      case "prompts/get" -> error(Optional.of(id), INVALID_PARAMS, "Unknown prompt: " + publicName);
      case "completion/complete" ->
          error(Optional.of(id), INVALID_PARAMS, "Unknown reference: " + publicName);
      default -> error(Optional.of(id), RESOURCE_NOT_FOUND, "Resource not found: " + publicName);
    };
  }

  public static byte[] request(long id, String method, byte[] params) {
    return join(
        "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":",
        Json.quote(method),
        ",\"params\":",
        params,
        "}");
  }

  public static byte[] notification(String method) {
    return join("{\"jsonrpc\":\"2.0\",\"method\":", Json.quote(method), "}");
  }

  public static byte[] notification(String method, byte[] params) {
    return join(
        "{\"jsonrpc\":\"2.0\",\"method\":", Json.quote(method), ",\"params\":", params, "}");
  }

  /** {@code notifications/progress} under the token of whoever asked for it. */
  public static byte[] progress(byte[] token, double progress, String message) {
    return notification(
        "notifications/progress",
        join(
            "{\"progressToken\":",
            token,
            ",\"progress\":" + progress + ",\"message\":",
            Json.quote(message),
            "}"));
  }

  /** {@code notifications/cancelled} for a request that the receiver knows as {@code id}. */
  public static byte[] cancelled(byte[] id, Optional<byte[]> reason) {
    byte[] params =
        reason.isPresent()
            ? join("{\"requestId\":", id, ",\"reason\":", reason.get(), "}")
            : join("{\"requestId\":", id, "}");
    return notification("notifications/cancelled", params);
  }

  public static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Joins strings, which must be JSON text already, and byte arrays. */
  public static byte[] join(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      out.writeBytes(
          part instanceof byte[] bytes ? bytes : part.toString().getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }
}
