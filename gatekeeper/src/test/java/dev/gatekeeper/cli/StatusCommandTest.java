package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatusCommandTest {
  @TempDir Path directory;

  @Test
  void namesTheDirectoryThatItJudges() {
    CommandRun run = CommandRun.in(directory).run("status");
    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("directory  " + directory);
  }
}
