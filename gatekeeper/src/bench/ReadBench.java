import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What reading commands take on logs of 1 M and 10 M records, in wall time of a whole process, as
 * ratios to {@code audit show} of a log of ten records: what a JVM costs. The records are spread
 * over 30 days up to now; their chain is made up, since nothing here judges it.
 *
 * <p>Arguments: a directory with 6 GB of room, then the command line of the program.
 */
final class ReadBench {
  private static final long SEGMENT = 64 << 20;
  private static final int ROUNDS = 5;
  private static final String HASH = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  private ReadBench() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    List<String> program = Arrays.asList(args).subList(1, args.length);
    System.out.println("| | 10 | 1 M | 10 M |\n| --- | ---: | ---: | ---: |");
    List<Path> logs = new ArrayList<>();
    for (int count : new int[] {10, 1_000_000, 10_000_000}) {
      logs.add(log(directory.resolve("log-" + count), count));
    }
    long start = 0;
    for (List<String> command :
        List.of(
            List.of("show", "--since", "1h"),
            List.of("show", "--since", "1d", "--server", "db"),
            List.of("tail", "-n", "10"),
            List.of("show", "--by", "day"),
            List.of("show", "--exposure"),
            List.of("export", "--format", "csv"),
            List.of("report"))) {
      StringBuilder row = new StringBuilder("| `audit " + String.join(" ", command) + "` |");
      for (Path log : logs) {
        long took = median(program, command, log, command.contains("--since") ? ROUNDS : 1);
        start = start == 0 ? took : start;
        row.append(" %,d ms (%.1f×) |".formatted(took, (double) took / start));
      }
      System.out.println(row);
    }
  }

  private static long median(List<String> program, List<String> command, Path log, int rounds)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(program);
    line.add("audit");
    line.addAll(command);
    line.addAll(List.of("--log", log.toString()));
    long[] took = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(line)
              .redirectOutput(log.resolveSibling("out").toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (process.waitFor() != 0) {
        throw new IOException(line + " failed");
      }
      took[i] = (System.nanoTime() - start) / 1_000_000;
    }
    Arrays.sort(took);
    return took[rounds / 2];
  }

  private static Path log(Path directory, int count) throws IOException {
    Path segments = Files.createDirectories(directory.resolve("log"));
    long step = Duration.ofDays(30).toMillis() / count;
    Instant first = Instant.now().minusMillis(step * count);
    OutputStream out = null;
    long size = SEGMENT;
    for (int n = 0; n < count; n++) {
      if (size >= SEGMENT) {
        if (out != null) {
          out.close();
        }
        out =
            new BufferedOutputStream(
                Files.newOutputStream(segments.resolve("%020d.jsonl".formatted(n))), 1 << 20);
        size = 0;
      }
      byte[] line = record(n, first.plusMillis(step * n));
      out.write(line);
      size += line.length;
    }
    if (out != null) {
      out.close();
    }
    return directory;
  }

  private static byte[] record(int n, Instant time) {
    boolean intent = n % 2 == 0;
    String text = time.toString();
    String millis =
        text.length() == 20 ? text.substring(0, 19) + ".000Z" : text.substring(0, 23) + "Z";
    String line =
        "{\"v\":\"1\",\"n\":\""
            + n
            + "\",\"log\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"time\":\""
            + millis
            + "\",\"mono\":\""
            + n
            + "\",\"event\":\""
            + (intent ? "call.intent" : "call.outcome")
            + "\",\"session\":\"5e551011\",\"pid\":\"4711\",\"agent\":\"claude-code\",\"agent_version\":\"2.0.0\""
            + ",\"project\":\"/home/dev/shop\",\"server\":\""
            + (n / 2 % 10 == 0 ? "db" : "github")
            + "\",\"direction\":\"agent\",\"method\":\"tools/call\",\"tool\":\"tool_"
            + n / 2 % 7
            + "\""
            + (intent
                ? ""
                : ",\"outcome\":\"ok\",\"duration\":\"1234\",\"size\":\"56789\",\"ref\":\""
                    + (n - 1)
                    + "\"")
            + ",\"prev\":\""
            + HASH
            + "\",\"mac\":\""
            + HASH
            + "\"}\n";
    return line.getBytes(StandardCharsets.US_ASCII);
  }
}
