package dev.gatekeeper.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InquiryTest {
  private static final int MAX = 1_000;

  private static Inquiry.Answer ask(String script, String input, Duration limit) throws Exception {
    return Inquiry.of(
        Path.of("/bin/sh"),
        List.of("sh", "-c", script),
        List.of("PATH=/usr/bin:/bin".getBytes(UTF_8)),
        input.getBytes(UTF_8),
        MAX,
        limit);
  }

  private static Inquiry.Answer ask(String script, String input) throws Exception {
    return ask(script, input, Duration.ofSeconds(20));
  }

  @Test
  void aProgramIsAskedAndAnswers() throws Exception {
    try (Inquiry.Answer answer =
        ask("read word; echo \"heard $word\"; echo oh >&2; exit 3", "you\n")) {
      assertThat(answer.code()).hasValue(3);
      assertThat(new String(answer.output(), UTF_8)).isEqualTo("heard you\n");
      assertThat(answer.error()).isEqualTo("oh\n");
    }
  }

  @Test
  void itsOutputIsWipedAtTheEnd() throws Exception {
    Inquiry.Answer answer = ask("echo made-up", "");
    answer.close();
    assertThat(answer.output()).containsOnly(0);
  }

  @Test
  void oneThatTakesTooLongIsEndedWithAllThatItStarted() throws Exception {
    long begin = System.nanoTime();
    try (Inquiry.Answer answer = ask("sleep 600 & sleep 600", "", Duration.ofMillis(300))) {
      assertThat(answer.code()).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void oneThatLeavesItsOutputOpenDoesNotKeepUsWaiting() throws Exception {
    long begin = System.nanoTime();
    try (Inquiry.Answer answer = ask("sleep 60 & echo done", "")) {
      assertThat(answer.code()).hasValue(0);
      assertThat(new String(answer.output(), UTF_8)).isEqualTo("done\n");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void oneThatSaysTooMuchIsEndedAndDoesNotCount() throws Exception {
    try (Inquiry.Answer answer = ask("yes; exit 0", "")) {
      assertThat(answer.code()).isEmpty();
      assertThat(answer.output()).hasSize(MAX);
    }
  }

  @Test
  void nobodyElseCanOpenItsInputOrOutput() throws Exception {
    try (Inquiry.Answer answer =
        ask("cat /proc/$$/fd/0; (echo x >/proc/$$/fd/1) 2>/dev/null || exit 7", "made-up\n")) {
      assertThat(answer.output()).isEmpty();
      assertThat(answer.code()).hasValue(7);
    }
  }

  @Test
  void oneThatIsNotThereIsAFault() {
    assertThatThrownBy(
            () ->
                Inquiry.of(
                    Path.of("/nonexistent/program"),
                    List.of("program"),
                    List.of(),
                    new byte[0],
                    MAX,
                    Duration.ofSeconds(1)))
        .isInstanceOf(KernelException.class);
  }
}
