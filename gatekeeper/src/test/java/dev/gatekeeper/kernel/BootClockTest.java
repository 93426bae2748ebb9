package dev.gatekeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BootClockTest {
  @Test
  void itIsTheTimeSinceTheMachineWasBooted() throws Exception {
    String uptime = Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0];
    Duration kernels = Duration.ofMillis((long) (Double.parseDouble(uptime) * 1_000));
    assertThat(BootClock.now().minus(kernels).abs()).isLessThan(Duration.ofSeconds(5));
  }
}
