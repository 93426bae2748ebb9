package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of one tool, or some, over Streamable HTTP, which keeps what it was sent. */
final class MadeUpRemote implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|[0-9]+)");

  private final HttpServer server;

  /** {@code METHOD path authorization}, of each request. */
  final List<String> seen = new CopyOnWriteArrayList<>();

  volatile String description = "Gets an issue.";

  /** Their names. */
  volatile List<String> tools = List.of("get_issue");

  MadeUpRemote() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(task -> Thread.ofPlatform().daemon().unstarted(task)));
    server.createContext("/mcp", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
  }

  private void answer(HttpExchange exchange) throws IOException {
    String authorization =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("-");
    seen.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().getPath()
            + " "
            + authorization);
    String text = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    Matcher id = ID.matcher(text);
    if (!exchange.getRequestMethod().equals("POST")) {
      send(exchange, exchange.getRequestMethod().equals("DELETE") ? 200 : 405, "");
    } else if (!id.find()) {
      send(exchange, 202, "");
    } else {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("Mcp-Session-Id", "made-up-session");
      String result =
          "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":" + result(text) + "}";
      send(exchange, 200, result);
    }
  }

  private String result(String request) {
    if (request.contains("\"initialize\"")) {
      return "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"
          + "\"serverInfo\":{\"name\":\"issues\",\"version\":\"1\"}}";
    }
    if (request.contains("\"tools/list\"")) {
      StringJoiner list = new StringJoiner(",", "{\"tools\":[", "]}");
      for (String name : tools) {
        list.add(
            "{\"name\":\""
                + name
                + "\",\"description\":\""
                + description
                + "\",\"inputSchema\":{\"type\":\"object\"}}");
      }
      return list.toString();
    }
    return request.contains("\"tools/call\"")
        ? "{\"content\":[{\"type\":\"text\",\"text\":\"issue 7\"}]}"
        : "{}";
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
