package dev.gatekeeper.audit.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.audit.record.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A line is found by its number, however long it and those around it are. */
final class LogLinesTest {
  @TempDir Path folder;

  @Test
  void eachLineIsFoundAmongShortAndLongOnes() throws Exception {
    Random random = new Random(11);
    for (int longest : List.of(1, 300, 5_000, 20_000, Format.MAX_LINE)) {
      Path log = Files.createDirectories(folder.resolve(Integer.toString(longest)));
      List<String> lines = new ArrayList<>();
      for (int n = 0; n < 400; n++) {
        int padding = n % 3 == 0 ? random.nextInt(longest) : random.nextInt(Math.min(200, longest));
        lines.add(line(n, padding));
      }
      write(log, 0, lines.subList(0, 150));
      write(log, 150, lines.subList(150, 151));
      write(log, 151, lines.subList(151, 400));
      LogLines found = LogLines.of(log);
      for (int n = 0; n < lines.size(); n++) {
        assertThat(new String(found.line(n), StandardCharsets.UTF_8)).isEqualTo(lines.get(n));
      }
      assertThatThrownBy(() -> found.line(400)).hasMessage("record 400 is not there");
    }
  }

  private static String line(int n, int padding) {
    String start = "{\"v\":\"1\",\"n\":\"" + n + "\",\"reason\":\"";
    int room = Format.MAX_LINE - start.length() - 2;
    return start + "x".repeat(Math.min(room, padding)) + "\"}";
  }

  private static void write(Path log, long first, List<String> lines) throws IOException {
    Path file = log.resolve("log").resolve("%020d.jsonl".formatted(first));
    Files.createDirectories(log.resolve("log"));
    Files.writeString(file, String.join("\n", lines) + "\n");
  }
}
