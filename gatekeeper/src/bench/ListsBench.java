import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * {@code initialize} and the first {@code tools/list} that has every tool, with many servers of ten
 * tools of about 1 KB each: answered from the lock, and by starting each server; or from the lock
 * by two builds in turn. Start it with {@code lists.sh}.
 */
public final class ListsBench {
  private static final int TOOLS = 10;
  private static final int ROUNDS = 7;

  /** In turn; what else the machine does then meets both builds. */
  private static final int TURNS = 13;

  private final Path launcher;
  private final int servers;
  private final Path folder;

  private ListsBench(Path launcher, int servers) throws IOException {
    this.launcher = launcher;
    this.servers = servers;
    this.folder = Files.createTempDirectory("gatekeeper-lists-").toRealPath();
  }

  public static void main(String[] args) throws Exception {
    if (args[0].equals("server")) {
      serve();
      return;
    }
    ListsBench bench = new ListsBench(Path.of(args[0]), Integer.parseInt(args[1]));
    try {
      if (args.length > 2) {
        bench.compare(Path.of(args[2]));
      } else {
        bench.run();
      }
    } finally {
      try (Stream<Path> files = Files.walk(bench.folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run() throws Exception {
    Map<String, String> locked = adopted("locked", "");
    Map<String, String> started = adopted("started", "\"dynamic\": \"a benchmark\",");
    System.out.println("| " + servers + " servers | initialize | and all of tools/list | ratio |");
    System.out.println("| --- | ---: | ---: | ---: |");
    long[][] times = {measure("locked", locked), measure("started", started)};
    String[] names = {"from the lock", "by starting them"};
    for (int i = 0; i < names.length; i++) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %,d ms | %,d ms | %.1f× |%n",
          names[i],
          times[i][0] / 1_000_000,
          times[i][1] / 1_000_000,
          (double) times[i][1] / times[0][1]);
    }
  }

  /** Both are given the same home and lock, and have to list the same bytes. */
  private void compare(Path old) throws Exception {
    Map<String, String> locked = adopted("locked", "");
    List<List<Start>> starts = List.of(new ArrayList<>(), new ArrayList<>());
    for (int turn = 0; turn <= TURNS; turn++) {
      for (int build = 0; build < 2; build++) {
        Start start = begun(build == 0 ? old : launcher, "locked", locked);
        if (turn > 0) { // the first reads files that nobody has read before
          starts.get(build).add(start);
        }
      }
    }
    if (!starts.get(0).getLast().list.equals(starts.get(1).getLast().list)) {
      throw new IllegalStateException("the two builds list other tools");
    }
    System.out.println("| " + servers + " servers | old | new | new / old |");
    System.out.println("| --- | ---: | ---: | ---: |");
    row("initialize", starts, start -> start.initialized);
    row("and all of tools/list", starts, start -> start.listed);
    row("initialize, processors", starts, start -> start.initializedCpu);
    row("and all of tools/list, processors", starts, start -> start.listedCpu);
  }

  /** Medians of the clock; means of processor time, which is counted in hundredths of a second. */
  private static void row(String what, List<List<Start>> starts, ToLongFunction<Start> time) {
    double[] ms = new double[2];
    for (int build = 0; build < 2; build++) {
      LongStream times = starts.get(build).stream().mapToLong(time);
      ms[build] =
          what.endsWith("processors")
              ? times.average().orElseThrow() / 1e6
              : times.sorted().skip(TURNS / 2).findFirst().orElseThrow() / 1e6;
    }
    System.out.printf(
        Locale.ROOT, "| %s | %.0f ms | %.0f ms | %.2f |%n", what, ms[0], ms[1], ms[1] / ms[0]);
  }

  /** A home and a repository of that name, made by the program itself. */
  private Map<String, String> adopted(String name, String more) throws Exception {
    Path where = Files.createDirectories(folder.resolve(name));
    Path passphrase =
        Files.createFile(
            where.resolve("passphrase"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passphrase, "made up for this benchmark");
    Files.createDirectories(where.resolve("work/.gatekeeper"));
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < servers; i++) {
      entries.append(
          """
          %s"s%02d": {"reason": "bench", "owner": "bench", %s "command": "%s", "unpinned": "bench",
           "args": ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", "%s", "ListsBench", "server"],
           "tools": {"allow": ["*"]}}
          """
              .formatted(
                  i == 0 ? "" : ",",
                  i,
                  more,
                  Path.of(System.getProperty("java.home"), "bin", "java"),
                  System.getProperty("java.class.path")));
    }
    Files.writeString(
        where.resolve("work/.gatekeeper/allowlist.json"),
        "{\"version\": 1, \"mcpServers\": {" + entries + "}}");
    Map<String, String> environment =
        Map.of(
            "PATH", System.getenv("PATH"),
            "HOME", where.toString(),
            "GATEKEEPER_HOME", where.resolve("state").toString(),
            "GATEKEEPER_JAVA_HOME", System.getProperty("java.home"),
            "GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
    for (List<String> command :
        List.of(
            List.of("vault", "init"),
            List.of("allowlist", "lock", "--yes"),
            List.of("allowlist", "trust", "--yes"))) {
      System.err.println(name + ": " + String.join(" ", command));
      Process process = start(launcher, name, environment, command);
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(command + " failed: " + said + Files.readString(log(name)));
      }
    }
    return environment;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private Process start(
      Path program, String name, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.resolve(name).resolve("work").toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Medians: until the answer to initialize, and until every tool was listed. */
  private long[] measure(String name, Map<String, String> environment) throws Exception {
    long[] initialized = new long[ROUNDS];
    long[] listed = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      Start start = begun(launcher, name, environment);
      initialized[i] = start.initialized;
      listed[i] = start.listed;
    }
    Arrays.sort(initialized);
    Arrays.sort(listed);
    return new long[] {initialized[ROUNDS / 2], listed[ROUNDS / 2]};
  }

  /** One session's beginning: nanoseconds since the launcher's start, by clock and processors. */
  private record Start(
      long initialized, long listed, long initializedCpu, long listedCpu, String list) {}

  private Start begun(Path program, String name, Map<String, String> environment) throws Exception {
    long begin = System.nanoTime();
    Process process = start(program, name, environment, List.of("serve"));
    Start start;
    try (BufferedReader in =
            new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        OutputStream out = process.getOutputStream()) {
      send(
          out,
          "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
              + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"b\",\"version\":\"1\"}}}");
      in.readLine();
      final long initialized = System.nanoTime() - begin;
      final long initializedCpu = cpu(process);
      send(out, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
      String list = "";
      for (int id = 1; list.split("\"s\\d\\d__t", -1).length <= servers * TOOLS; id++) {
        send(out, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/list\"}");
        do {
          list = in.readLine();
        } while (!list.contains("\"id\":" + id + ","));
      }
      long listed = System.nanoTime() - begin;
      start = new Start(initialized, listed, initializedCpu, cpu(process), list);
    }
    process.waitFor();
    return start;
  }

  private static long cpu(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private static void send(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(UTF_8));
    out.flush();
  }

  /** An MCP server of ten tools. */
  private static void serve() throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.contains("\"id\":")) {
        continue;
      }
      String id = line.replaceFirst(".*?\"id\":(\\d+).*", "$1");
      String result =
          line.contains("\"tools/list\"")
              ? "{\"tools\":[" + tools() + "]}"
              : "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                  + "\"serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}";
      send(System.out, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
    }
  }

  private static String tools() {
    StringBuilder tools = new StringBuilder();
    for (int i = 0; i < TOOLS; i++) {
      tools
          .append(i == 0 ? "" : ",")
          .append(
              "{\"name\":\"t" + i + "\",\"description\":\"" + "does a thing ".repeat(40) + "\",")
          .append("\"inputSchema\":{\"type\":\"object\",\"properties\":{");
      for (int p = 0; p < 8; p++) {
        tools
            .append(p == 0 ? "" : ",")
            .append("\"p" + p + "\":{\"type\":\"string\",\"maxLength\":80}");
      }
      tools.append("}}}");
    }
    return tools.toString();
  }
}
