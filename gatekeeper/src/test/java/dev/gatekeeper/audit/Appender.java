package dev.gatekeeper.audit;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.seal.SealKeyPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process that appends to a log and says on its output what was acknowledged: {@code 17}, or
 * {@code !full text}.
 */
public final class Appender {
  private Appender() {}

  /**
   * Arguments: directory, how many intents, {@code true} to seal to somebody new: that begins an
   * epoch; bytes of a segment; milliseconds for which the append lock is waited for.
   */
  public static void main(String[] args) throws Exception {
    AuditOptions options =
        SampleLog.options()
            .segmentBytes(Long.parseLong(args[3]))
            .patience(Duration.ofMillis(Long.parseLong(args[4])));
    if (Boolean.parseBoolean(args[2])) {
      byte[] key = SealKeyPair.generate().publicKey();
      options = options.recipients(() -> Map.of("auditor", key));
    }
    try (AuditLog log = AuditLog.open(Path.of(args[0]), options)) {
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        try {
          long n = log.append(Entry.of(Event.CALL_INTENT).with(Field.TOOL, "t" + i));
          System.out.println(n);
          log.submit(Entry.of(Event.CALL_OUTCOME).with(Field.REF, n), receipt -> {});
        } catch (AuditException e) {
          System.out.println("!" + e.fault().kind() + " " + e.fault().text());
        }
        System.out.flush();
      }
    }
  }

  /** The command line of one. */
  static List<String> command(Path directory, int count, boolean newEpoch, long segmentBytes) {
    return command(directory, count, newEpoch, segmentBytes, SampleLog.options().patience());
  }

  /** The same, with another time for which it waits for the append lock. */
  static List<String> command(
      Path directory, int count, boolean newEpoch, long segmentBytes, Duration patience) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        Appender.class.getName(),
        directory.toString(),
        Integer.toString(count),
        Boolean.toString(newEpoch),
        Long.toString(segmentBytes),
        Long.toString(patience.toMillis()));
  }

  /**
   * Starts one, behind {@code before} (e.g. strace and its options), its output in {@code output}.
   */
  static Process start(List<String> before, Path directory, int count, Path output) {
    return start(before, command(directory, count, false, 64L << 20), output);
  }

  static Process start(List<String> before, List<String> appender, Path output) {
    List<String> command = new ArrayList<>(before);
    command.addAll(appender);
    try {
      return new ProcessBuilder(command)
          .redirectOutput(output.toFile())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The largest number that was acknowledged, or -1. A last line that was cut off does not count.
   */
  static long acknowledged(Path output) throws IOException {
    long largest = -1;
    String text = Files.readString(output);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
      if (line.matches("[0-9]+")) {
        largest = Math.max(largest, Long.parseLong(line));
      }
    }
    return largest;
  }
}
