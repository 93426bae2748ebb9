import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * What the gatekeeper costs before a remote server: the same echo over HTTP, asked directly and
 * through it, beside the same echo in a process of its own. Prints a Markdown table. Start it with
 * {@code remote.sh}.
 */
public final class RemoteBench {
  private static final int[] PAYLOADS = {100, 10_000, 1_000_000};
  private static final int[] CALLS = {2_000, 1_000, 60};
  private static final int MANY = 5_000;
  private static final int IN_FLIGHT = 16;

  /** Asks once, with that many bytes, and waits for the answer. */
  private interface Way extends AutoCloseable {
    long[] calls(int payload, int n) throws Exception;

    double inFlight(int n) throws Exception;

    @Override
    void close() throws Exception;
  }

  private RemoteBench() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("serve")) {
      serve();
      return;
    }
    Bench bench = new Bench(Path.of(args[0]));
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Dsun.net.httpserver.nodelay=true",
                "-Dsun.net.httpserver.maxReqTime=-1",
                "-cp",
                System.getProperty("java.class.path"),
                "RemoteBench",
                "serve")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      int port = Integer.parseInt(server.inputReader(ISO_8859_1).readLine());
      run(bench, port);
    } finally {
      server.destroyForcibly().waitFor();
      Bench.remove(bench.folder());
    }
  }

  private static void run(Bench bench, int port) throws Exception {
    String remote =
        """
        , "%1$s": {"reason": "bench", "owner": "bench", "type": "http",
         "url": "http://127.0.0.1:%2$d/%1$s", "tools": {"allow": ["echo"]}}
        """;
    String entries =
        bench.entry() + remote.formatted("json", port) + remote.formatted("events", port);
    Bench.Target through = bench.proxied("durable", bench.folder(), entries, "");
    List<String> names =
        List.of(
            "process, direct",
            "process, gatekeeper",
            "JSON, direct",
            "JSON, gatekeeper",
            "events, direct",
            "events, gatekeeper");
    List<List<long[]>> times = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (String name : names) {
      System.err.println("measuring: " + name);
      String server = name.replaceFirst(",.*", "").toLowerCase(Locale.ROOT);
      try (Way way = way(bench, through, port, name, server)) {
        way.calls(100, MANY);
        way.inFlight(MANY);
        rates.add(way.inFlight(MANY));
        List<long[]> column = new ArrayList<>();
        for (int i = 0; i < PAYLOADS.length; i++) {
          way.calls(PAYLOADS[i], CALLS[i] / 4);
          column.add(way.calls(PAYLOADS[i], CALLS[i]));
        }
        times.add(column);
      }
    }
    print(names, times, rates);
  }

  private static Way way(Bench bench, Bench.Target through, int port, String name, String server)
      throws Exception {
    if (name.endsWith("direct") && !server.equals("process")) {
      return new Direct(URI.create("http://127.0.0.1:" + port + "/" + server));
    }
    Bench.Target target = name.endsWith("direct") ? bench.direct() : through;
    String tool = name.endsWith("direct") ? "echo" : server.replace("process", "echo") + "__echo";
    Bench.Client client =
        new Bench.Client(bench.start(target.command(), target.environment()).start());
    client.initialize();
    client.awaitTool(tool);
    return new Way() {
      @Override
      public long[] calls(int payload, int n) throws Exception {
        return client.calls(tool, payload, n);
      }

      @Override
      public double inFlight(int n) throws Exception {
        return client.inFlight(tool, n);
      }

      @Override
      public void close() throws Exception {
        client.close();
      }
    };
  }

  /** The JDK's client, as an agent would use one. */
  private static final class Direct implements Way {
    private final HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final URI uri;

    Direct(URI uri) {
      this.uri = uri;
    }

    private void call(String message) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .header("Accept", "application/json, text/event-stream")
              .POST(HttpRequest.BodyPublishers.ofString(message, ISO_8859_1))
              .build();
      String said = http.send(request, BodyHandlers.ofString(ISO_8859_1)).body();
      if (!said.contains("\"result\"")) {
        throw new IOException("no answer");
      }
    }

    private static String message(int payload) {
      return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
                 + "\"arguments\":{\"message\":\""
          + "m".repeat(payload)
          + "\"}}}";
    }

    @Override
    public long[] calls(int payload, int n) throws Exception {
      String message = message(payload);
      long[] times = new long[n];
      for (int i = 0; i < n; i++) {
        long start = System.nanoTime();
        call(message);
        times[i] = System.nanoTime() - start;
      }
      return times;
    }

    @Override
    public double inFlight(int n) throws Exception {
      String message = message(100);
      Semaphore free = new Semaphore(IN_FLIGHT);
      List<Future<?>> running = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < n; i++) {
        free.acquire();
        running.add(
            threads.submit(
                () -> {
                  try {
                    call(message);
                  } finally {
                    free.release();
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      return n * 1e9 / (System.nanoTime() - start);
    }

    @Override
    public void close() {
      threads.shutdownNow();
      http.shutdownNow();
    }
  }

  private static void print(List<String> names, List<List<long[]>> times, List<Double> rates) {
    Bench.row("", names);
    Bench.row("---", names.stream().map(_ -> "---:").toList());
    String[] sizes = {"100 B", "10 KB", "1 MB"};
    for (int size = 0; size < sizes.length; size++) {
      for (int percent : new int[] {50, 99}) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
          long time = Bench.percentile(times.get(i).get(size), percent);
          long direct = Bench.percentile(times.get(i - i % 2).get(size), percent);
          cells.add(
              i % 2 == 0
                  ? Bench.micros(time)
                  : String.format(
                      Locale.ROOT,
                      "%s (+%s, %.1f×)",
                      Bench.micros(time),
                      Bench.micros(time - direct),
                      (double) time / direct));
        }
        Bench.row("call, " + sizes[size] + ", p" + percent, cells);
      }
    }
    Bench.row(
        "calls/s, 16 in flight, 100 B",
        rates.stream().map(rate -> String.format(Locale.ROOT, "%,.0f", rate)).toList());
  }

  /** The echo over HTTP: {@code /json} answers as JSON, {@code /events} as a stream. */
  private static void serve() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", RemoteBench::answer);
    server.start();
    System.out.println(server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String asked = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
      if (!exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      String said = Bench.EchoServer.answer(asked);
      if (said.isEmpty()) {
        exchange.sendResponseHeaders(202, -1);
        return;
      }
      boolean events = exchange.getRequestURI().getPath().equals("/events");
      exchange
          .getResponseHeaders()
          .add("Content-Type", events ? "text/event-stream" : "application/json");
      byte[] body = (events ? "event: message\ndata: " + said + "\n" : said).getBytes(ISO_8859_1);
      exchange.sendResponseHeaders(200, events ? 0 : body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
