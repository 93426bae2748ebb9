package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.http.RawServer;
import dev.gatekeeper.http.RawServer.Seen;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An HTTP server on bare sockets, for what no library would send. {@code /MODE/mcp} is an MCP
 * server with the tools {@code echo} and {@code misbehave}; how the second one misbehaves, or the
 * server as a whole, is what {@code MODE} says in {@link HostileAnswers}.
 */
final class HostileHttp implements AutoCloseable {
  /** A request, and where its answer is written. */
  record Exchange(Seen request, OutputStream out) {
    String mode() {
      return HostileHttp.mode(request);
    }

    JsonNode json() {
      return request.body().isEmpty()
          ? JsonMapper.shared().missingNode()
          : JsonMapper.shared().readTree(request.body());
    }

    String id() {
      return json().path("id").toString();
    }

    /** What is asked for: a method of MCP, or the name of the tool that is called. */
    String asks() {
      String method = json().path("method").asString("");
      return method.equals("tools/call") ? json().path("params").path("name").asString("") : method;
    }

    Exchange write(String text) throws IOException {
      RawServer.say(out, text);
      return this;
    }

    /** A whole answer, {@code head} being headers beside the length. */
    void answer(String status, String head, String body) throws IOException {
      write(
          "HTTP/1.1 %s\r\n%sConnection: close\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(status, head, body.getBytes(UTF_8).length, body));
    }

    void json(String body) throws IOException {
      answer("200 OK", "Content-Type: application/json\r\n", body);
    }

    /** The head of an answer in JSON, with further headers, whose body the caller writes. */
    Exchange start(String head) throws IOException {
      return write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + head + "\r\n");
    }

    void result(String result) throws IOException {
      json("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}".formatted(id(), result));
    }

    /** The head of a stream of events, which ends with the connection. */
    Exchange events() throws IOException {
      return write(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
    }
  }

  private final HostileAnswers answers = new HostileAnswers();
  private final RawServer server;

  HostileHttp() throws IOException {
    this.server = new RawServer(this::serve);
  }

  /** With TLS. */
  HostileHttp(ServerSocket socket) {
    this.server = new RawServer(socket, true, this::serve);
  }

  private void serve(Seen request, OutputStream out) throws Exception {
    answers.answer(new Exchange(request, out));
  }

  private static String mode(Seen request) {
    return request.path().split("/", 3)[1];
  }

  /** The address of the server that misbehaves in the way of {@code mode}. */
  URI uri(String mode) {
    return URI.create(server.url("/" + mode + "/mcp"));
  }

  int port() {
    return server.port();
  }

  /** From now on {@code path} is answered with this document. */
  void document(String path, String json) {
    answers.documents.put(path, json);
  }

  /** Where redirects lead to. */
  void redirectTo(URI other) {
    answers.elsewhere = other.toString();
  }

  List<Seen> requests() {
    return List.copyOf(server.seen());
  }

  List<Seen> requests(String mode) {
    return requests().stream().filter(request -> mode(request).equals(mode)).toList();
  }

  @Override
  public void close() throws IOException {
    answers.over = true;
    server.close();
  }
}
