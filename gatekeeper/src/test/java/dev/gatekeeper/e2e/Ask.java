package dev.gatekeeper.e2e;

import java.util.stream.Stream;

/**
 * A request that goes to a server directly and through the program, to compare the answers.
 *
 * @param params {@code @} in them stands for the prefix of the server's names
 */
record Ask(String server, String method, String params) {
  static Ask ask(String method, String params) {
    return new Ask("", method, params);
  }

  static Ask tool(String name, String arguments) {
    return ask("tools/call", "{\"name\":\"@" + name + "\",\"arguments\":" + arguments + "}");
  }

  /** Asks for all that {@code server-everything} has; one message has {@code size} bytes. */
  static Stream<Ask> everything(String server, int size) {
    return Stream.of(
            tool("echo", "{\"message\":\"plain\"}"),
            tool("echo", "{\"message\":\"\"}"),
            tool(
                "echo", "{ \"message\" :\t\"grüße 🙂 \\u00e9\\u0041\\/\\\"\\\\\\b\\f\\n\\r\\t\" }"),
            tool("echo", "{\"message\":\"line\u2028and\u2029paragraph\u007f\"}"),
            tool("echo", "{\"message\":\"lone \\ud800 and \\udfff surrogates\"}"),
            tool("echo", "{\"message\":\"pair \\ud83d\\ude42\"}"),
            tool("echo", "{\"message\":1}"),
            tool("echo", "{}"),
            tool("echo", "{\"message\":\"more\",\"unknown\":9007199254740993}"),
            tool("get-sum", "{\"a\":9007199254740993,\"b\":1}"),
            tool("get-sum", "{\"a\":0.1,\"b\":2e-1}"),
            tool("get-sum", "{\"a\":\"x\"}"),
            tool("get-structured-content", "{\"location\":\"Chicago\"}"),
            tool("get-tiny-image", "{}"),
            tool("get-annotated-message", "{\"messageType\":\"error\",\"includeImage\":true}"),
            tool("get-resource-links", "{\"count\":3}"),
            tool("trigger-long-running-operation", "{\"duration\":0.1,\"steps\":2}"),
            tool("echo", "{\"message\":\"" + "m".repeat(size) + "\"}"),
            ask("tools/call", "{\"arguments\":{\"message\":\"x\"},\"name\":\"@echo\"}"),
            ask(
                "tools/call",
                "{\"name\":\"@echo\",\"arguments\":{\"message\":\"x\"},\"x\":[1e400]}"),
            ask(
                "tools/call",
                "{\"_meta\":{\"made/up\":{\"n\":1}},\"name\":\"@echo\",\"arguments\":{\"message\":\"x\"}}"),
            ask("prompts/get", "{\"name\":\"@simple-prompt\"}"),
            ask("prompts/get", "{\"name\":\"@args-prompt\",\"arguments\":{\"city\":\"Bergen\"}}"),
            ask("prompts/get", "{\"name\":\"@args-prompt\",\"arguments\":{}}"),
            ask(
                "prompts/get",
                "{\"name\":\"@resource-prompt\",\"arguments\":{\"resourceType\":\"No\",\"resourceId\":\"1\"}}"),
            ask("resources/read", "{\"uri\":\"demo://resource/static/document/features.md\"}"),
            ask("resources/read", "{\"uri\":\"demo://resource/dynamic/text/zero\"}"),
            ask("resources/subscribe", "{\"uri\":\"demo://resource/dynamic/text/1\"}"),
            ask("resources/unsubscribe", "{\"uri\":\"demo://resource/dynamic/text/1\"}"),
            ask(
                "completion/complete",
                "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"@completable-prompt\"},\"argument\":{\"name\":\"department\",\"value\":\"S\"}}"),
            ask(
                "completion/complete",
                "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"demo://resource/dynamic/text/{resourceId}\"},\"argument\":{\"name\":\"resourceId\",\"value\":\"12\"}}"))
        .map(ask -> new Ask(server, ask.method(), ask.params()));
  }

  Ask of(String name) {
    return new Ask(name, method, params);
  }

  @Override
  public String toString() {
    return server + " " + method + " " + params.substring(0, Math.min(80, params.length()));
  }
}
