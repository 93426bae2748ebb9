package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that follows a script: a Messages API on a loopback port, streaming, of which the n-th
 * answer of a conversation is the script's n-th turn. What the client sends back shows what a model
 * sees.
 */
final class MessagesApi implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** One answer of the model. */
  sealed interface Turn {
    /** Calls of tools, all in one turn. */
    record Calls(List<ToolUse> uses) implements Turn {}

    /** A text that ends the conversation. */
    record Says(String text) implements Turn {}

    /** The same as {@code then}, once something was done meanwhile: a person at work elsewhere. */
    record After(Deed deed, Turn then) implements Turn {}
  }

  /** What happens while the client waits for its model. */
  interface Deed {
    void run() throws Exception;
  }

  /** One call: the tool as the client names it and its arguments as JSON. */
  record ToolUse(String tool, String input) {}

  /** What the client handed to the model as the result of one call. */
  record ToolResult(String id, boolean error, String content) {}

  private final List<Turn> script;
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** The client tells messages apart by their ids. */
  private final AtomicInteger answers = new AtomicInteger();

  private final HttpServer http;

  private MessagesApi(List<Turn> script) throws IOException {
    this.script = script;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  static MessagesApi following(Turn... script) throws IOException {
    return new MessagesApi(List.of(script));
  }

  static Turn calls(ToolUse... uses) {
    return new Turn.Calls(List.of(uses));
  }

  static Turn says(String text) {
    return new Turn.Says(text);
  }

  static Turn after(Deed deed, Turn then) {
    return new Turn.After(deed, then);
  }

  String address() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /** Every tool result in the last request of the conversation, in the order of the calls. */
  List<ToolResult> results() {
    List<ToolResult> results = new ArrayList<>();
    if (requests.isEmpty()) {
      return results;
    }
    for (JsonNode message : requests.getLast().path("messages")) {
      List<ToolResult> turn = new ArrayList<>();
      for (JsonNode block : message.path("content")) {
        if (block.path("type").asString("").equals("tool_result")) {
          JsonNode content = block.path("content");
          turn.add(
              new ToolResult(
                  block.path("tool_use_id").asString(""),
                  block.path("is_error").asBoolean(false),
                  content.isString() ? content.asString() : content.toString()));
        }
      }
      // The client runs calls of one turn side by side, and tells results as they come.
      turn.sort(Comparator.comparing(ToolResult::id));
      results.addAll(turn);
    }
    return results;
  }

  /** Everything that the client has told the model, as JSON. */
  String heard() {
    return requests.toString();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (path.endsWith("/count_tokens")) {
        answer(exchange, "application/json", "{\"input_tokens\":1}");
      } else if (path.endsWith("/messages")) {
        messages(exchange, JSON.readTree(body));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private void messages(HttpExchange exchange, JsonNode request) throws IOException {
    boolean conversation = !request.path("tools").isEmpty();
    Turn turn = new Turn.Says("ok");
    if (conversation) {
      requests.add(request);
      long said =
          request
              .path("messages")
              .valueStream()
              .filter(message -> message.path("role").asString("").equals("assistant"))
              .count();
      turn = said < script.size() ? script.get((int) said) : new Turn.Says("the script is over");
    }
    if (turn instanceof Turn.After(Deed deed, Turn then)) {
      turn = done(deed) ? then : new Turn.Says("what should have happened meanwhile failed");
    }
    if (request.path("stream").asBoolean(false)) {
      answer(exchange, "text/event-stream", stream(turn));
    } else {
      Map<String, Object> message = message(content(turn));
      message.put("stop_reason", stopReason(turn));
      answer(exchange, "application/json", JSON.writeValueAsString(message));
    }
  }

  private static boolean done(Deed deed) {
    try {
      deed.run();
      return true;
    } catch (Exception | AssertionError e) {
      return false; // the missing results tell the test
    }
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private String stream(Turn turn) {
    StringBuilder out = new StringBuilder();
    event(out, Map.of("type", "message_start", "message", message(List.of())));
    List<Map<String, Object>> blocks = content(turn);
    for (int i = 0; i < blocks.size(); i++) {
      Map<String, Object> block = blocks.get(i);
      boolean use = turn instanceof Turn.Calls;
      Map<String, Object> empty = new HashMap<>(block);
      empty.put(use ? "input" : "text", use ? Map.of() : "");
      event(out, Map.of("type", "content_block_start", "index", i, "content_block", empty));
      Map<String, Object> delta =
          use
              ? Map.of(
                  "type", "input_json_delta", "partial_json", String.valueOf(block.get("input")))
              : Map.of("type", "text_delta", "text", String.valueOf(block.get("text")));
      event(out, Map.of("type", "content_block_delta", "index", i, "delta", delta));
      event(out, Map.of("type", "content_block_stop", "index", i));
    }
    Map<String, Object> stop = new HashMap<>();
    stop.put("stop_reason", stopReason(turn));
    stop.put("stop_sequence", null);
    event(out, Map.of("type", "message_delta", "delta", stop, "usage", Map.of("output_tokens", 1)));
    event(out, Map.of("type", "message_stop"));
    return out.toString();
  }

  private static void event(StringBuilder out, Map<String, Object> data) {
    out.append("event: ").append(data.get("type")).append('\n');
    out.append("data: ").append(JSON.writeValueAsString(data)).append("\n\n");
  }

  private static String stopReason(Turn turn) {
    return switch (turn) {
      case Turn.Calls _ -> "tool_use";
      case Turn.Says _ -> "end_turn";
      case Turn.After(Deed _, Turn then) -> stopReason(then);
    };
  }

  private static List<Map<String, Object>> content(Turn turn) {
    return switch (turn) {
      case Turn.Says(String text) -> List.of(Map.of("type", "text", "text", text));
      case Turn.After(Deed _, Turn then) -> content(then);
      case Turn.Calls(List<ToolUse> uses) ->
          IntStream.range(0, uses.size())
              .mapToObj(
                  i ->
                      Map.<String, Object>of(
                          "type",
                          "tool_use",
                          "id",
                          "toolu_" + Integer.toHexString(uses.hashCode()) + i,
                          "name",
                          uses.get(i).tool(),
                          "input",
                          JSON.readTree(uses.get(i).input())))
              .toList();
    };
  }

  private Map<String, Object> message(List<Map<String, Object>> content) {
    Map<String, Object> message = new HashMap<>();
    message.put("id", "msg_" + answers.incrementAndGet());
    message.put("type", "message");
    message.put("role", "assistant");
    message.put("model", "scripted");
    message.put("content", content);
    message.put("stop_reason", null);
    message.put("stop_sequence", null);
    message.put("usage", Map.of("input_tokens", 1, "output_tokens", 1));
    return message;
  }

  @Override
  public void close() {
    http.stop(0);
    threads.close();
  }
}
