package dev.gatekeeper.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long millis;

  @Test
  void aTerminalIsToldNowAndThenAndNothingIsLeft() {
    try (Progress progress = progress(true)) {
      progress.at(1, 100, "bytes");
      assertThat(said()).isEmpty();
      millis = 600;
      progress.at(50, 100, "bytes");
      progress.at(51, 100, "bytes");
      assertThat(said()).isEqualTo("\r\u001b[Kgatekeeper: verifying: 50 %");
      millis = 800;
      progress.at(7, 0, "rows");
      assertThat(said()).endsWith("\r\u001b[Kgatekeeper: verifying: 7 rows");
    }
    assertThat(said()).endsWith("\r\u001b[K");
  }

  @Test
  void aPipeIsToldNothing() {
    try (Progress progress = progress(false)) {
      millis = 10_000;
      progress.at(50, 100, "bytes");
    }
    assertThat(said()).isEmpty();
  }

  @Test
  void whatIsQuickIsNotErasedEither() {
    try (Progress progress = progress(true)) {
      progress.at(100, 100, "bytes");
    }
    assertThat(said()).isEmpty();
  }

  private Progress progress(boolean terminal) {
    PrintStream stream = new PrintStream(err, true, UTF_8);
    return new Progress(stream, terminal, "verifying", () -> millis * 1_000_000);
  }

  private String said() {
    return err.toString(UTF_8);
  }
}
