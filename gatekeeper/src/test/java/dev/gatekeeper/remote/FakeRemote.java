package dev.gatekeeper.remote;

import static dev.gatekeeper.http.RawServer.say;
import static dev.gatekeeper.http.RawServer.text;

import dev.gatekeeper.http.RawServer;
import dev.gatekeeper.http.RawServer.Handler;
import dev.gatekeeper.http.RawServer.Seen;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server of Streamable HTTP that keeps sessions, answers {@code initialize}, lists and {@code
 * ping}, and does for everything else what a test says.
 */
public final class FakeRemote implements AutoCloseable {
  public static final String STREAM =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|[0-9]+)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
  private static final Pattern NAME = Pattern.compile("\"params\":\\{\"name\":\"([^\"]+)\"");

  private final RawServer raw;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final AtomicInteger sessions = new AtomicInteger();
  private volatile String session = "";
  private volatile boolean stateless;
  private volatile String tools = "echo";

  public FakeRemote() throws IOException {
    raw = new RawServer(this::serve);
  }

  public FakeRemote(ServerSocket socket) {
    raw = new RawServer(socket, true, this::serve);
  }

  /** In the place of one that was closed. */
  public FakeRemote(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    raw = new RawServer(socket, false, this::serve);
  }

  /** What is done for a method, for {@code tool NAME}, or for {@code GET} and {@code DELETE}. */
  public FakeRemote on(String what, Handler handler) {
    handlers.put(what, handler);
    return this;
  }

  /** As by default again. */
  public FakeRemote onlyDefault(String what) {
    handlers.remove(what);
    return this;
  }

  /** Names of the tools that it lists. */
  public FakeRemote tools(String... names) {
    tools = String.join(",", names);
    return this;
  }

  public FakeRemote stateless() {
    stateless = true;
    return this;
  }

  /** It knows no session any more. */
  public void forget() {
    session = "gone";
  }

  public String url() {
    return raw.url("/mcp");
  }

  public RawServer raw() {
    return raw;
  }

  public int sessions() {
    return sessions.get();
  }

  /** Requests of this method that came. */
  public List<Seen> seen(String method) {
    return raw.seen().stream().filter(seen -> method(seen).equals(method)).toList();
  }

  public static String method(Seen request) {
    Matcher found = METHOD.matcher(request.body());
    return request.method().equals("POST")
        ? found.find() ? found.group(1) : "answer"
        : request.method();
  }

  public static String id(Seen request) {
    Matcher found = ID.matcher(request.body());
    return found.find() ? found.group(1) : "";
  }

  private void serve(Seen request, OutputStream out) throws Exception {
    String method = method(request);
    boolean known = stateless || request.header("mcp-session-id").equals(session);
    if (!method.equals("initialize") && !known) {
      say(out, text(404, ""));
      return;
    }
    Matcher named = NAME.matcher(request.body());
    String tool = method.equals("tools/call") && named.find() ? "tool " + named.group(1) : "";
    Handler handler = handlers.getOrDefault(tool, handlers.get(method));
    if (handler != null) {
      handler.serve(request, out);
      return;
    }
    switch (method) {
      case "initialize" -> {
        session = "made-up-session-" + sessions.incrementAndGet();
        String result =
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{\"listChanged\":true},"
                + "\"resources\":{\"subscribe\":true},\"logging\":{}},"
                + "\"serverInfo\":{\"name\":\"fake\",\"version\":\"1\"}}";
        say(
            out,
            stateless
                ? json(request, result)
                : json(request, result, "Mcp-Session-Id: " + session));
      }
      case "tools/list" -> say(out, json(request, "{\"tools\":[" + listed() + "]}"));
      case "tools/call" -> say(out, json(request, content("echo")));
      case "resources/list" -> say(out, json(request, "{\"resources\":[]}"));
      case "resources/templates/list" -> say(out, json(request, "{\"resourceTemplates\":[]}"));
      case "GET" -> say(out, text(405, ""));
      case "DELETE" -> say(out, text(200, ""));
      default ->
          say(
              out,
              id(request).isEmpty() || method.equals("answer")
                  ? text(202, "")
                  : json(request, "{}"));
    }
  }

  private String listed() {
    return Pattern.compile(",")
        .splitAsStream(tools)
        .map(name -> "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}")
        .collect(java.util.stream.Collectors.joining(","));
  }

  /** A tool result with one text. */
  public static String content(String text) {
    return "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
  }

  /** An answer to the request, as a message. */
  public static String message(Seen request, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id(request) + ",\"result\":" + result + "}";
  }

  /** The same as the body of an answer. */
  public static String json(Seen request, String result, String... headers) {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Content-Type: application/json";
    return text(200, message(request, result), all);
  }

  /** An event with these data. */
  public static String event(String data) {
    return "data: " + data + "\n\n";
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }
}
