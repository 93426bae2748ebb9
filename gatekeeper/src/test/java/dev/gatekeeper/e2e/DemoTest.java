package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo tells its story to the end, and says nothing that it should not. */
@EndToEnd
final class DemoTest {
  @Test
  void theStoryIsToldToItsEnd(@TempDir Path folder) throws Exception {
    Project.Result demo = new Project(folder).asAgent("demo");

    assertThat(demo.exit()).as("%s", demo).isZero();
    assertThat(demo.err()).isEmpty();
    assertThat(demo.out())
        .contains("weather__get_forecast")
        .contains("Bergen: rain")
        .contains("[secret:leaky/token]")
        .contains("call.denied")
        .contains("grant");
    assertThat(demo.out()).doesNotContain("made-up-token").doesNotContain("made-up-weather-key");
    assertThat(folder.resolve("state")).doesNotExist();
  }
}
