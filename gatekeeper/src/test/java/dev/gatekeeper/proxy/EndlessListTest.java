package dev.gatekeeper.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A list whose pages never end, nor repeat, is cut, and what was read of it counts. */
@Timeout(120)
final class EndlessListTest {
  private static final Pattern TOOL = Pattern.compile("\"endless__t[0-9]+\"");

  @TempDir Path directory;

  private long tools(String bytes) throws Exception {
    String entry =
        TestAgent.fake(
            directory,
            "endless",
            "\"tools\":{\"allow\":[\"*\"]},\"env\":{\"ENDLESS\":\"" + bytes + "\"}");
    try (TestAgent agent = new TestAgent(directory, entry)) {
      agent.initialize("{}");
      return TOOL.matcher(agent.list("1", "tools/list", "endless__t0")).results().count();
    }
  }

  @Test
  void afterAThousandPages() throws Exception {
    assertThat(tools("1")).isEqualTo(1_000);
  }

  @Test
  void afterThirtyTwoMebibytes() throws Exception {
    assertThat(tools(String.valueOf(4 << 20))).isEqualTo(7); // the eighth is over by its braces
  }
}
