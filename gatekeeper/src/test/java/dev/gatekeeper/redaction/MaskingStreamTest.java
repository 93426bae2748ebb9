package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MaskingStreamTest {
  private static final String VALUE = "made-up-value-0123";

  /** Lets a test wait until so many bytes have come. */
  private static final class Waiting extends ByteArrayOutputStream {
    private final int wanted;
    private final CountDownLatch there = new CountDownLatch(1);

    Waiting(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int count) {
      super.write(bytes, from, count);
      if (size() >= wanted) {
        there.countDown();
      }
    }

    String await() throws InterruptedException {
      assertThat(there.await(30, TimeUnit.SECONDS)).isTrue();
      return toString(UTF_8);
    }
  }

  private final Redactor redactor = new Redactor();

  MaskingStreamTest() {
    redactor.watch("secret:v", VALUE.getBytes(UTF_8));
  }

  @Test
  void whatCannotBeAValueGoesOutAtOnce() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OutputStream masking = redactor.masking(out, Findings.NONE);
    masking.write("hello ".getBytes(UTF_8));
    assertThat(out.toString(UTF_8)).isEqualTo("hello ");
    masking.write("made-".getBytes(UTF_8));
    assertThat(out.toString(UTF_8)).isEqualTo("hello ");
    masking.write("to-measure".getBytes(UTF_8));
    assertThat(out.toString(UTF_8)).isEqualTo("hello made-to-measure");
    masking.close();
  }

  @Test
  void silenceLetsAShortStartGo() throws Exception {
    Waiting out = new Waiting(8);
    OutputStream masking = redactor.masking(out, Findings.NONE);
    masking.write("name: ma".getBytes(UTF_8));
    assertThat(out.await()).isEqualTo("name: ma");
    masking.close();
  }

  @Test
  void silenceKeepsHalfAValue() throws Exception {
    Waiting out = new Waiting(5);
    OutputStream masking = redactor.masking(out, Findings.NONE);
    // The m may start a value and goes out by silence; it shows that the silence has passed.
    String half = VALUE.substring(0, 10);
    masking.write((half + half + "mm").getBytes(UTF_8));
    assertThat(out.await()).startsWith(half);
    masking.write(VALUE.substring(0, 9).getBytes(UTF_8));
    redactor.watch("secret:other", "zzzz-other-value".getBytes(UTF_8));
    masking.flush();
    masking.write(VALUE.substring(9).getBytes(UTF_8));
    masking.close();
    assertThat(out.toString(UTF_8)).isEqualTo(half + half + "mm[secret:v]");
  }

  @Test
  void flushSaysNothingAboutTheEnd() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OutputStream masking = redactor.masking(out, Findings.NONE);
    for (byte b : VALUE.getBytes(UTF_8)) {
      masking.write(b);
      masking.flush();
    }
    masking.close();
    assertThat(out.toString(UTF_8)).isEqualTo("[secret:v]");
  }

  @Test
  void closeLetsEverythingGo() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream masking = redactor.masking(out, Findings.NONE)) {
      masking.write(VALUE.substring(0, 12).getBytes(UTF_8));
    }
    assertThat(out.toString(UTF_8)).isEqualTo(VALUE.substring(0, 12));
  }

  @Test
  void overlapsAcrossWritesLeaveNothing() throws IOException {
    redactor.watch("secret:w", "0123-and-more".getBytes(UTF_8));
    redactor.watch("secret:x", "abcdabcdabcd".getBytes(UTF_8));
    String text = "<" + VALUE + "-and-more><" + "abcd".repeat(50) + ">";
    for (int piece = 1; piece < 40; piece++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (OutputStream masking = redactor.masking(out, Findings.NONE)) {
        byte[] bytes = text.getBytes(UTF_8);
        for (int at = 0; at < bytes.length; at += piece) {
          masking.write(bytes, at, Math.min(piece, bytes.length - at));
        }
      }
      assertThat(out.toString(UTF_8))
          .as("in pieces of %d", piece)
          .matches("<(\\[secret:[vw]])+><(\\[secret:x])+>");
    }
  }

  @Test
  void longPeriodicTextIsNotHeldBack() throws IOException {
    redactor.watch("secret:x", "abcdabcdabcd".getBytes(UTF_8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OutputStream masking = redactor.masking(out, Findings.NONE);
    byte[] period = "abcd".repeat(1000).getBytes(UTF_8);
    masking.write(period);
    int before = out.size();
    masking.write(period);
    assertThat(out.size()).isGreaterThan(before);
    masking.close();
    assertThat(out.toString(UTF_8)).doesNotContain("abcd");
  }

  @Test
  void closedStreamTakesNothing() throws IOException {
    OutputStream masking = redactor.masking(new ByteArrayOutputStream(), Findings.NONE);
    masking.close();
    masking.close();
    assertThatIOException().isThrownBy(() -> masking.write(1)).withMessage("the stream is closed");
  }
}
