package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What long messages leave on the heap is garbage, and is given back. */
@EndToEnd
final class LongMessagesTest {
  /** They left 430 MB once. The client of the test keeps them all, so there are no more. */
  private static final int CALLS = 50;

  private static final int BYTES = 3 << 20;
  private static final int MOST_MEGABYTES = 300;

  @Test
  void memoryDoesNotGrowWithWhatHasPassed(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .hostile(Peers.installed(), "honest", "honest", "{\"tools\": {\"allow\": [\"echo\"]}}")
            .locked();
    String arguments = "{\"message\":\"" + "x ".repeat(BYTES / 2) + "\"}";

    try (RawClient client = project.serve()) {
      client.initialize("{}");
      for (int i = 0; i < CALLS; i++) {
        assertThat(client.tool("honest__echo", arguments).text().length()).isGreaterThan(BYTES);
      }
      Path status = Path.of("/proc", Long.toString(client.process().pid()), "status");
      String highest =
          Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .findFirst()
              .orElseThrow();
      assertThat(Long.parseLong(highest.replaceAll("\\D", "")) >> 10).isLessThan(MOST_MEGABYTES);
      client.finish();
    }
  }
}
