package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.e2e.RawClient.Line;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A client of an HTTP server that is nothing but messages, as {@link RawClient} is one of lines:
 * direct access, to compare with. It speaks Streamable HTTP, or the transport with two addresses
 * before it.
 */
final class RawHttp implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Line> lines = new ArrayList<>();
  private final boolean old;
  private volatile URI endpoint;
  private volatile @Nullable String session;
  private int next = 1;

  private RawHttp(URI endpoint, boolean old) {
    this.endpoint = endpoint;
    this.old = old;
  }

  /** Streamable HTTP, initialized. */
  static RawHttp streamable(URI endpoint) throws Exception {
    RawHttp client = new RawHttp(endpoint, false);
    client.initialize();
    return client;
  }

  /** HTTP with SSE, as before the revision 2025-03-26, initialized. */
  static RawHttp old(URI stream) throws Exception {
    RawHttp client = new RawHttp(stream, true);
    client.listen();
    client.await("where to post", line -> line.text().startsWith("endpoint "));
    client.endpoint =
        stream.resolve(client.lines().getFirst().text().substring("endpoint ".length()));
    client.initialize();
    return client;
  }

  private void initialize() throws Exception {
    call(
        "initialize",
        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"elicitation\":{\"form\":{}},\"roots\":{}},\"clientInfo\":{\"name\":\"raw\","
            + "\"version\":\"1\"}}");
    send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
  }

  Line call(String method, String params) throws Exception {
    String id;
    synchronized (this) {
      id = String.valueOf(next++);
    }
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
            .formatted(id, method, params));
    return answer(id);
  }

  Line answer(String id) throws TimeoutException {
    return await("an answer to " + id, line -> line.answers(id));
  }

  synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  private synchronized Line await(String what, java.util.function.Predicate<Line> wanted)
      throws TimeoutException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      for (Line line : lines) {
        if (wanted.test(line)) {
          return line;
        }
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new TimeoutException("no sign of " + what);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        throw (TimeoutException) new TimeoutException("interrupted").initCause(e);
      }
    }
  }

  /** Posts a message; what the answer holds is kept by the time this returns. */
  void send(String message) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(message, UTF_8));
    if (session != null) {
      request.header("Mcp-Session-Id", session).header("MCP-Protocol-Version", "2025-11-25");
    }
    HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      answer.headers().firstValue("mcp-session-id").ifPresent(id -> session = id);
      String type = answer.headers().firstValue("content-type").orElse("");
      if (type.startsWith("text/event-stream")) {
        events(body);
      } else {
        byte[] bytes = body.readAllBytes();
        if (type.startsWith("application/json") && bytes.length > 0) {
          received(bytes);
        }
      }
    }
  }

  /** The stream of the old transport, over which everything comes. */
  private void listen() {
    Thread.ofPlatform()
        .name("raw-http")
        .daemon()
        .start(
            () -> {
              HttpRequest request =
                  HttpRequest.newBuilder(endpoint).header("Accept", "text/event-stream").build();
              try (InputStream body = http.send(request, BodyHandlers.ofInputStream()).body()) {
                events(body);
              } catch (IOException e) {
                // The server is gone: whoever waits for a line says so.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private void events(InputStream body) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(body, UTF_8));
    StringBuilder data = new StringBuilder();
    String event = "message";
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          received(((old && event.equals("endpoint") ? "endpoint " : "") + data).getBytes(UTF_8));
        }
        data.setLength(0);
        event = "message";
      } else if (line.startsWith("data:")) {
        data.append(line.substring("data:".length()).stripLeading());
      } else if (line.startsWith("event:")) {
        event = line.substring("event:".length()).strip();
      }
    }
  }

  private synchronized void received(byte[] bytes) {
    lines.add(Line.of(bytes));
    notifyAll();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
