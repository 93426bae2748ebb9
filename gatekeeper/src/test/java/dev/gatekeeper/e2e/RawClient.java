package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that is nothing but lines: it writes what it is told and keeps every line that comes
 * back, as bytes. What an SDK would tidy away stays visible.
 */
final class RawClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(1_000_000)
                          .maxStringLength(256 << 20)
                          .maxNumberLength(100_000)
                          .build())
                  .build())
          .build();

  /** One line that came: its bytes, and what they say if they are JSON. */
  static final class Line {
    private final byte[] bytes;
    private final JsonNode json;

    private Line(byte[] bytes, JsonNode json) {
      this.bytes = bytes;
      this.json = json;
    }

    static Line of(byte[] bytes) {
      try {
        return new Line(bytes, JSON.readTree(bytes));
      } catch (JacksonException e) {
        return new Line(bytes, JSON.missingNode());
      }
    }

    byte[] bytes() {
      return bytes;
    }

    JsonNode json() {
      return json;
    }

    String text() {
      return new String(bytes, UTF_8);
    }

    boolean answers(String id) {
      return !json.has("method") && json.path("id").toString().equals(id);
    }

    /** Every text block of a tool's result, or the message of an error. */
    String said() {
      if (json.has("error")) {
        return json.path("error").path("message").asString("");
      }
      StringBuilder said = new StringBuilder();
      json.path("result")
          .path("content")
          .forEach(block -> said.append(block.path("text").asString("")));
      return said.toString();
    }

    boolean failed() {
      return json.has("error") || json.path("result").path("isError").asBoolean(false);
    }
  }

  private final Process process;
  private final OutputStream in;
  private final List<Line> lines = new ArrayList<>();
  private final Map<String, String> results = new HashMap<>();
  private final Thread reader;
  private boolean ended;
  private int next = 1;

  private RawClient(Process process) {
    this.process = process;
    this.in = process.getOutputStream();
    this.reader = Thread.ofPlatform().name("raw-client").daemon().start(this::read);
  }

  /** Starts {@code command} with exactly {@code environment}; its stderr goes to {@code log}. */
  static RawClient start(
      List<String> command, Map<String, String> environment, Path directory, Path log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new RawClient(
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start());
  }

  /** From now on answers each request for {@code method} with {@code result}. */
  synchronized RawClient answering(String method, String result) {
    results.put(method, result);
    return this;
  }

  /** The handshake, with {@code capabilities} as JSON; returns the answer. */
  Line initialize(String capabilities) throws IOException, TimeoutException {
    Line answer =
        call(
            "initialize",
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":"
                + capabilities
                + ",\"clientInfo\":{\"name\":\"raw\",\"version\":\"1\"}}");
    send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    return answer;
  }

  /**
   * Whether all of {@code tools} come to be listed: lists are asked for again whenever the program
   * says that they changed, as a client does.
   */
  boolean listed(String... tools) throws IOException, TimeoutException {
    for (int changes = 0; ; changes++) {
      String list = call("tools/list", "{}").text();
      if (Arrays.stream(tools).allMatch(tool -> list.contains("\"name\":\"" + tool + "\""))) {
        return true;
      }
      int seen = changes;
      await(
          "a change of the list",
          _ ->
              lines().stream()
                      .filter(line -> line.text().contains("notifications/tools/list_changed"))
                      .count()
                  > seen);
    }
  }

  Line tool(String name, String arguments) throws IOException, TimeoutException {
    return answer(sendTool(name, arguments));
  }

  /** Sends a tool call and returns its id. */
  String sendTool(String name, String arguments) throws IOException {
    return request("tools/call", "{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}");
  }

  Line call(String method, String params) throws IOException, TimeoutException {
    return answer(request(method, params));
  }

  /** Sends a request and returns its id. */
  String request(String method, String params) throws IOException {
    String id;
    synchronized (this) {
      id = String.valueOf(next++);
    }
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
            .formatted(id, method, params));
    return id;
  }

  void send(String line) throws IOException {
    send(line.getBytes(UTF_8));
  }

  void send(byte[] line) throws IOException {
    synchronized (in) {
      in.write(line);
      in.write('\n');
      in.flush();
    }
  }

  /** The first answer to the request {@code id}, as JSON writes it. */
  Line answer(String id) throws TimeoutException {
    return await("an answer to " + id, line -> line.answers(id));
  }

  Line await(String what, Predicate<Line> wanted) throws TimeoutException {
    return await(what, wanted, PATIENCE);
  }

  /** The first line that is {@code wanted}, among those that came and those that come in time. */
  synchronized Line await(String what, Predicate<Line> wanted, Duration patience)
      throws TimeoutException {
    long end = System.nanoTime() + patience.toNanos();
    int seen = 0;
    while (true) {
      for (; seen < lines.size(); seen++) {
        if (wanted.test(lines.get(seen))) {
          return lines.get(seen);
        }
      }
      long left = end - System.nanoTime();
      if (left <= 0 || ended) {
        throw new TimeoutException(
            (ended ? "the stream ended before " : "no sign of ") + what + summary());
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        throw (TimeoutException) new TimeoutException("interrupted").initCause(e);
      }
    }
  }

  private String summary() {
    StringBuilder summary = new StringBuilder(", after " + lines.size() + " lines:");
    lines.stream()
        .skip(Math.max(0, lines.size() - 5))
        .map(Line::text)
        .forEach(t -> summary.append('\n').append(t, 0, Math.min(300, t.length())));
    return summary.toString();
  }

  synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  Process process() {
    return process;
  }

  /** Ends the input, as a client that is done does, and waits for the process. */
  int finish() throws IOException, InterruptedException {
    in.close();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("still running after the end of its input");
    }
    reader.join();
    return process.exitValue();
  }

  private void read() {
    try (InputStream out = new BufferedInputStream(process.getInputStream(), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      byte[] chunk = new byte[1 << 16];
      for (int n = out.read(chunk); n >= 0; n = out.read(chunk)) {
        int start = 0;
        for (int i = 0; i < n; i++) {
          if (chunk[i] == '\n') {
            line.write(chunk, start, i - start);
            received(line.toByteArray());
            line.reset();
            start = i + 1;
          }
        }
        line.write(chunk, start, n - start);
      }
    } catch (IOException e) {
      // The process is gone: the end of its stream says so as well.
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  private void received(byte[] bytes) throws IOException {
    Line line = Line.of(bytes);
    JsonNode json = line.json();
    String method = json.path("method").asString("");
    boolean asked = json.has("id") && !method.isEmpty();
    String reply = asked ? result(method) : null;
    synchronized (this) {
      lines.add(line);
      notifyAll();
    }
    if (reply != null) {
      send("{\"jsonrpc\":\"2.0\",\"id\":" + json.path("id") + ",\"result\":" + reply + "}");
    }
  }

  private synchronized @Nullable String result(String method) {
    return Optional.ofNullable(results.get(method)).orElse(method.equals("ping") ? "{}" : null);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
