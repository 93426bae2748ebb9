package dev.gatekeeper.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LogLinesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> log = new ArrayList<>();
  private final LogLines lines =
      new LogLines(line -> log.add(new String(line, StandardCharsets.UTF_8)), nanos::get);

  private void drain(String text) throws IOException {
    lines.drain(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void saysNothingOfAnEmptyStream() throws Exception {
    drain("");
    assertThat(log).isEmpty();
  }

  @Test
  void cutsAtLineEndsOfBothKinds() throws Exception {
    drain("one\ntwo\r\n\nlast without an end");
    assertThat(log).containsExactly("one", "two", "", "last without an end");
  }

  @Test
  void cutsALongLineAndGoesOn() throws Exception {
    drain("x".repeat(100_000) + "\nnext\n");
    assertThat(log).hasSize(2);
    assertThat(log.get(0).getBytes(StandardCharsets.UTF_8)).hasSize(StdioProcess.LOG_LINE_BYTES);
    assertThat(log.get(0)).startsWith("xxx").endsWith(" […]");
    assertThat(log.get(1)).isEqualTo("next");
  }

  @Test
  void leavesOutWhatComesTooFast() throws Exception {
    drain("line\n".repeat(1500));
    assertThat(log).hasSize(1001);
    assertThat(log.getLast()).isEqualTo("(500 lines left out: too many at once)");
  }

  @Test
  void allowsMoreAsTimeGoesBy() throws Exception {
    drain("line\n".repeat(1000));
    nanos.addAndGet(1_000_000_000L);
    drain("line\n".repeat(150));
    assertThat(log).hasSize(1101);
    assertThat(log.getLast()).isEqualTo("(50 lines left out: too many at once)");
  }
}
