import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * What the gatekeeper costs: the same trivial echo server, called directly, through a relay that
 * only copies, and through the gatekeeper, in one run. Prints a Markdown table. Start it with
 * {@code bench.sh}.
 */
public final class Bench {
  private static final int WARM_UP = 5_000;
  private static final int IN_FLIGHT = 16;

  /** One way to the echo server, and what it costs there. */
  record Target(String name, List<String> command, Map<String, String> environment, String tool) {}

  private final Path folder;
  private final Path launcher;
  private final List<String> echo;

  Bench(Path launcher) throws IOException {
    this.launcher = launcher;
    this.folder = Files.createTempDirectory("gatekeeper-bench-").toRealPath();
    this.echo =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            "Bench",
            "echo");
  }

  public static void main(String[] args) throws Exception {
    if (args[0].equals("echo")) {
      EchoServer.serve();
      return;
    }
    if (args[0].equals("relay")) {
      relay(List.of(args).subList(1, args.length));
      return;
    }
    Bench bench = new Bench(Path.of(args[0]));
    try {
      bench.run();
    } finally {
      remove(bench.folder);
    }
  }

  private void run() throws Exception {
    List<Target> targets = new ArrayList<>(List.of(direct(), relayed()));
    targets.add(proxied("durable", folder, entry(), "echo__echo"));
    Path memory = Path.of("/dev/shm");
    Path unsynced = null;
    if (Files.isWritable(memory)) {
      unsynced = Files.createTempDirectory(memory, "gatekeeper-bench-");
      targets.add(proxied("no sync", unsynced, entry(), "echo__echo"));
    }
    try {
      List<Figures> columns = new ArrayList<>();
      long rawSync = rawSync();
      for (Target target : targets) {
        System.err.println("measuring: " + target.name());
        columns.add(measure(target));
      }
      print(targets, columns, rawSync);
    } finally {
      if (unsynced != null) {
        remove(unsynced);
      }
    }
  }

  /** The echo server as the list has it. */
  String entry() {
    StringBuilder arguments = new StringBuilder();
    echo.stream().skip(1).forEach(a -> arguments.append(", \"").append(a).append('"'));
    return """
    "echo": {"reason": "bench", "owner": "bench", "command": "%s", "args": [%s],
     "unpinned": "made anew for each run", "tools": {"allow": ["echo"]}}
    """
        .formatted(echo.getFirst(), arguments.substring(2));
  }

  /** The echo server without the gatekeeper. */
  Target direct() {
    return new Target("direct", echo, Map.of("PATH", System.getenv("PATH")), "echo");
  }

  /** What any process between the two costs: a VM, one more wake-up each way, and no thought. */
  private Target relayed() {
    List<String> command = new ArrayList<>(echo.subList(0, echo.size() - 1));
    command.add("relay");
    command.addAll(echo);
    return new Target("bare relay", command, Map.of("PATH", System.getenv("PATH")), "echo");
  }

  private static void relay(List<String> server) throws Exception {
    Process process =
        new ProcessBuilder(server).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread back =
        Thread.ofPlatform()
            .start(() -> copy(new FileInputStream(FileDescriptor.in), process.getOutputStream()));
    copy(process.getInputStream(), new FileOutputStream(FileDescriptor.out));
    back.join();
  }

  private static void copy(InputStream from, OutputStream to) {
    byte[] chunk = new byte[1 << 16];
    try (to) {
      for (int n = from.read(chunk); n > 0; n = from.read(chunk)) {
        to.write(chunk, 0, n);
        to.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder() {
    return folder;
  }

  /** A home in {@code where}, with a vault and a trusted list, made by the program itself. */
  Target proxied(String name, Path where, String servers, String tool) throws Exception {
    Path home = where.resolve("state");
    Path passphrase =
        Files.createFile(
            where.resolve("passphrase"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passphrase, "made up for this benchmark");
    Path work = Files.createDirectories(folder.resolve("work"));
    Files.createDirectories(work.resolve(".gatekeeper"));
    Files.writeString(
        work.resolve(".gatekeeper/allowlist.json"),
        """
        {"version": 1, "mcpServers": {%s}}
        """
            .formatted(servers));
    Map<String, String> environment =
        Map.of(
            "PATH", System.getenv("PATH"),
            "HOME", where.toString(),
            "GATEKEEPER_HOME", home.toString(),
            "GATEKEEPER_JAVA_HOME", System.getProperty("java.home"),
            "GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
    for (List<String> command :
        List.of(
            List.of("vault", "init"),
            List.of("allowlist", "lock", "--yes"),
            List.of("allowlist", "trust", "--yes"))) {
      List<String> line = new ArrayList<>(List.of(launcher.toString()));
      line.addAll(command);
      Process process = start(line, environment).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
      if (process.waitFor() != 0) {
        throw new IOException(line + " failed: " + said);
      }
    }
    return new Target(
        "gatekeeper, " + name, List.of(launcher.toString(), "serve"), environment, tool);
  }

  ProcessBuilder start(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("stderr").toFile()));
    if (Files.isDirectory(folder.resolve("work"))) {
      builder.directory(folder.resolve("work").toFile());
    }
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  /** One target's figures; times in nanoseconds. */
  record Figures(
      long initialize,
      long[] list,
      List<long[]> calls,
      double perSecond,
      long kilobytesAfterSmall,
      long kilobytesAfterAll) {}

  private static final int[] PAYLOADS = {100, 10_000, 1_000_000};
  private static final int[] CALLS = {3_000, 1_000, 60};

  private Figures measure(Target target) throws Exception {
    long[] starts = new long[5];
    for (int i = 0; i < starts.length; i++) {
      long start = System.nanoTime();
      try (Client client = new Client(start(target.command(), target.environment()).start())) {
        client.initialize();
        starts[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(starts);
    try (Client client = new Client(start(target.command(), target.environment()).start())) {
      client.initialize();
      client.awaitTool(target.tool());
      client.calls(target.tool(), 100, WARM_UP);
      client.inFlight(target.tool(), WARM_UP);
      long[] list = client.lists(500);
      double perSecond = client.inFlight(target.tool(), 20_000);
      long small = kilobytes(client.process.pid());
      List<long[]> calls = new ArrayList<>();
      for (int i = 0; i < PAYLOADS.length; i++) {
        client.calls(target.tool(), PAYLOADS[i], CALLS[i] / 4);
        calls.add(client.calls(target.tool(), PAYLOADS[i], CALLS[i]));
      }
      return new Figures(
          starts[starts.length / 2],
          list,
          calls,
          perSecond,
          small,
          kilobytes(client.process.pid()));
    }
  }

  static long kilobytes(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  /** What the disk itself takes to append a record of 400 bytes durably: p50. */
  private long rawSync() throws IOException {
    long[] times = new long[1_000];
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("raw"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < times.length; i++) {
        long start = System.nanoTime();
        file.write(ByteBuffer.allocate(400));
        file.force(false);
        times[i] = System.nanoTime() - start;
      }
    }
    return percentile(times, 50);
  }

  static long percentile(long[] times, int percent) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  private static void print(List<Target> targets, List<Figures> columns, long rawSync) {
    row("", targets.stream().map(Target::name).toList());
    row("---", targets.stream().map(_ -> "---:").toList());
    row("initialize", columns.stream().map(f -> millis(f.initialize())).toList());
    row("tools/list, p50", columns.stream().map(f -> micros(percentile(f.list(), 50))).toList());
    String[] names = {"100 B", "10 KB", "1 MB"};
    for (int i = 0; i < names.length; i++) {
      int size = i;
      for (int percent : new int[] {50, 99}) {
        row(
            "call, " + names[i] + ", p" + percent,
            against(columns.stream().map(f -> percentile(f.calls().get(size), percent)).toList()));
      }
    }
    row(
        "calls/s, 16 in flight, 100 B",
        columns.stream().map(f -> String.format(Locale.ROOT, "%,.0f", f.perSecond())).toList());
    row(
        "resident memory after calls of 100 B",
        columns.stream().map(f -> f.kilobytesAfterSmall() / 1024 + " MB").toList());
    row(
        "resident memory after calls of 1 MB",
        columns.stream().map(f -> f.kilobytesAfterAll() / 1024 + " MB").toList());
    System.out.println();
    System.out.println(
        "Append and fdatasync of 400 bytes on the same disk, p50: " + micros(rawSync));
  }

  /** A time, and by how much and how many times it exceeds the direct one. */
  private static List<String> against(List<Long> times) {
    long direct = times.getFirst();
    List<String> cells = new ArrayList<>(List.of(micros(direct)));
    times.stream()
        .skip(1)
        .map(
            time ->
                String.format(
                    Locale.ROOT,
                    "%s (%s%s, %.1f×)",
                    micros(time),
                    time < direct ? "" : "+",
                    micros(time - direct),
                    (double) time / direct))
        .forEach(cells::add);
    return cells;
  }

  static void row(String name, List<String> cells) {
    System.out.println("| " + name + " | " + String.join(" | ", cells) + " |");
  }

  static String micros(long nanos) {
    return String.format(Locale.ROOT, "%,d µs", nanos / 1_000);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%,d ms", nanos / 1_000_000);
  }

  static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Lines of bytes, without a lock or a call for each byte; empty at the end. */
  private static final class Lines {
    private final InputStream in;
    private final byte[] chunk = new byte[1 << 16];
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private int start;
    private int end;

    Lines(InputStream in) {
      this.in = in;
    }

    boolean isDry() {
      return start == end;
    }

    String next() throws IOException {
      buffer.reset();
      while (true) {
        for (int i = start; i < end; i++) {
          if (chunk[i] == '\n') {
            buffer.write(chunk, start, i - start);
            start = i + 1;
            return buffer.toString(ISO_8859_1);
          }
        }
        buffer.write(chunk, start, end - start);
        start = 0;
        end = Math.max(0, in.read(chunk));
        if (end == 0) {
          return "";
        }
      }
    }
  }

  /** A client of bare lines. */
  static final class Client implements AutoCloseable {
    final Process process;
    private final Lines in;
    private final OutputStream out;
    private int lastId;

    Client(Process process) {
      this.process = process;
      this.in = new Lines(process.getInputStream());
      this.out = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
    }

    void initialize() throws IOException {
      ask(
          "\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
              + "\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}");
      out.write(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n".getBytes(ISO_8859_1));
      out.flush();
    }

    void awaitTool(String tool) throws IOException {
      while (!ask("\"method\":\"tools/list\",\"params\":{}").contains("\"" + tool + "\"")) {
        while (!in.next().contains("list_changed")) {}
      }
    }

    long[] lists(int n) throws IOException {
      long[] times = new long[n];
      for (int i = 0; i < n; i++) {
        long start = System.nanoTime();
        ask("\"method\":\"tools/list\",\"params\":{}");
        times[i] = System.nanoTime() - start;
      }
      return times;
    }

    /** The times of {@code n} calls, one after the other. */
    long[] calls(String tool, int payload, int n) throws IOException {
      String call = call(tool, payload);
      long[] times = new long[n];
      for (int i = 0; i < n; i++) {
        byte[] request = request(call);
        long start = System.nanoTime();
        out.write(request);
        out.flush();
        answer();
        times[i] = System.nanoTime() - start;
      }
      return times;
    }

    /** Calls a second, with {@link #IN_FLIGHT} at any time. */
    double inFlight(String tool, int n) throws Exception {
      String call = call(tool, 100);
      Semaphore free = new Semaphore(IN_FLIGHT);
      long start = System.nanoTime();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < n; i++) {
                        if (!free.tryAcquire()) {
                          out.flush();
                          free.acquire();
                        }
                        out.write(request(call));
                      }
                      out.flush();
                    } catch (IOException | InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  });
      for (int i = 0; i < n; i++) {
        answer();
        free.release();
      }
      writer.join();
      return n * 1e9 / (System.nanoTime() - start);
    }

    private static String call(String tool, int payload) {
      return "\"method\":\"tools/call\",\"params\":{\"name\":\""
          + tool
          + "\",\"arguments\":{\"message\":\""
          + "m".repeat(payload)
          + "\"}}";
    }

    private byte[] request(String rest) {
      return ("{\"jsonrpc\":\"2.0\",\"id\":" + ++lastId + "," + rest + "}\n").getBytes(ISO_8859_1);
    }

    private String ask(String rest) throws IOException {
      out.write(request(rest));
      out.flush();
      return answer();
    }

    private String answer() throws IOException {
      while (true) {
        String line = in.next();
        if (line.isEmpty()) {
          throw new IOException("the process ended");
        }
        String head = line.substring(0, Math.min(line.length(), 200));
        if (head.contains("\"error\"") || head.contains("\"isError\":true")) {
          throw new IOException(head);
        }
        if (head.contains("\"result\"")) {
          return line;
        }
      }
    }

    @Override
    public void close() throws Exception {
      process.getOutputStream().close();
      process.waitFor();
    }
  }

  /** Answers at once what an echo needs, and nothing else. */
  static final class EchoServer {
    static void serve() throws IOException {
      Lines in = new Lines(System.in);
      OutputStream out =
          new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
      while (true) {
        String line = in.next();
        if (line.isEmpty()) {
          break;
        }
        out.write(answer(line).getBytes(ISO_8859_1));
        if (in.isDry()) {
          out.flush();
        }
      }
      out.flush();
    }

    /** The answer as a line; empty where none is due. */
    static String answer(String line) {
      String id = between(line, "\"id\":", ",}");
      if (id.isEmpty()) {
        return "";
      }
      String result =
          switch (between(line, "\"method\":\"", "\"")) {
            case "initialize" ->
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                    + "\"serverInfo\":{\"name\":\"echo\",\"version\":\"1\"}}";
            case "tools/list" ->
                "{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]}";
            case "tools/call" ->
                "{\"content\":[{\"type\":\"text\",\"text\":\""
                    + between(line, "\"message\":\"", "\"")
                    + "\"}]}";
            default -> "{}";
          };
      return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}\n";
    }

    private static String between(String line, String before, String after) {
      int start = line.indexOf(before);
      if (start < 0) {
        return "";
      }
      int end = start + before.length();
      while (end < line.length() && after.indexOf(line.charAt(end)) < 0) {
        end++;
      }
      return line.substring(start + before.length(), end);
    }
  }
}
