package dev.gatekeeper.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class FrameQueueTest {
  private static final int FRAMES = 4096;
  private static final long BYTES = 1 << 20;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final FrameWriter writer = new FrameWriter(out);
  private final FrameQueue queue = new FrameQueue(writer, FRAMES, BYTES);

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void keepsTheOrder() throws Exception {
    byte[] first = bytes("1");
    byte[] second = bytes("2");
    queue.offer(first);
    queue.offer(second);
    assertThat(queue.take()).containsSame(first);
    assertThat(queue.take()).containsSame(second);
  }

  @Test
  void letsUrgentFramesOvertakeInTheirOrder() throws Exception {
    byte[] ordinary = bytes("1");
    byte[] first = bytes("2");
    byte[] second = bytes("3");
    queue.offer(ordinary);
    queue.offerUrgent(first);
    queue.offerUrgent(second);
    assertThat(queue.take()).containsSame(first);
    assertThat(queue.take()).containsSame(second);
    assertThat(queue.take()).containsSame(ordinary);
  }

  @Test
  void boundsTheNumber() {
    for (int i = 0; i < FRAMES; i++) {
      assertThat(queue.offer(bytes("1"))).isTrue();
    }
    assertThat(queue.offer(bytes("1"))).isFalse();
    assertThat(queue.offerUrgent(bytes("1"))).isTrue();
  }

  @Test
  void boundsTheBytesAndFreesThemWhenTaken() throws Exception {
    byte[] half = new byte[(int) (BYTES / 2)];
    assertThat(queue.offer(half)).isTrue();
    assertThat(queue.offer(half)).isTrue();
    assertThat(queue.offer(bytes("1"))).isFalse();
    assertThat(queue.take()).isPresent();
    assertThat(queue.offer(bytes("1"))).isTrue();
  }

  @Test
  void boundsUrgentFramesToo() {
    int accepted = 0;
    while (queue.offerUrgent(bytes("1"))) {
      accepted++;
    }
    assertThat(accepted).isEqualTo(1024);
  }

  /** An answer is never dropped: then it stands behind the ordinary ones. */
  @Test
  void takesUrgentAnswersAlsoWhereManyWait() throws Exception {
    while (queue.offerUrgent(bytes("1"))) {}
    byte[] answer = bytes("2");
    assertThat(queue.addUrgent(answer)).isTrue();
    assertThat(queue.offerUrgent(bytes("1"))).isFalse();
    for (int i = 0; i < 1024; i++) {
      assertThat(queue.take()).hasValueSatisfying(frame -> assertThat(frame).isNotSameAs(answer));
    }
    assertThat(queue.take()).containsSame(answer);
    queue.offer(bytes("1"));
    assertThat(queue.addUrgent(answer)).isTrue();
    assertThat(queue.take()).containsSame(answer);
  }

  @Test
  void freesTheBytesOfAWithdrawnFrame() {
    byte[] half = new byte[(int) (BYTES / 2)];
    queue.offer(half);
    queue.offer(new byte[(int) (BYTES / 2)]);
    assertThat(queue.withdraw(half)).isTrue();
    assertThat(queue.offer(bytes("1"))).isTrue();
  }

  @Test
  void givesNothingOnceClosed() throws Exception {
    queue.offer(bytes("1"));
    queue.close();
    assertThat(queue.take()).isEqualTo(Optional.empty());
    assertThat(queue.offer(bytes("1"))).isFalse();
    assertThat(queue.offerUrgent(bytes("1"))).isFalse();
  }

  @Test
  void closingEndsAWait() throws Exception {
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    queue.take();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    queue.close();
    waiting.join();
  }

  @Test
  void writesASmallFrameAtOnceWhereThereIsRoom() throws Exception {
    writer.room(() -> true);
    queue.offer(bytes("1"));
    queue.offerUrgent(bytes("2"));
    queue.add(bytes("3"));
    assertThat(out.toString(UTF_8)).isEqualTo("1\n2\n3\n");
  }

  @Test
  void keepsFramesForTheWritingThreadWhereThereIsNoRoom() throws Exception {
    AtomicBoolean room = new AtomicBoolean();
    writer.room(room::get);
    byte[] first = bytes("1");
    queue.offer(first);
    room.set(true);
    byte[] second = bytes("2");
    queue.offer(second);
    assertThat(out.size()).as("the second does not overtake the first").isZero();
    assertThat(queue.take()).containsSame(first);
    queue.offer(bytes("3"));
    assertThat(out.size()).as("nor one that is being written").isZero();
    assertThat(queue.take()).containsSame(second);
  }

  @Test
  void neverWritesALargeFrameAtOnce() throws Exception {
    writer.room(() -> true);
    byte[] large = new byte[FrameWriter.AT_ONCE];
    queue.offer(large);
    assertThat(queue.take()).containsSame(large);
    assertThat(out.size()).isZero();
  }

  @Test
  void aPeerThatClosedItsEndBreaksTheQueueOnTheWritingThread() throws Exception {
    FrameWriter closed =
        new FrameWriter(
            new OutputStream() {
              @Override
              public void write(int one) throws IOException {
                throw new IOException("made up");
              }
            });
    closed.room(() -> true);
    FrameQueue broken = new FrameQueue(closed, FRAMES, BYTES);
    assertThat(broken.offer(bytes("1"))).isTrue();
    assertThat(broken.isBroken()).isFalse();
    assertThatIOException().isThrownBy(broken::drain);
    assertThat(broken.isBroken()).isTrue();
    assertThat(broken.offer(bytes("2"))).isFalse();
  }

  @Test
  void flushWaitsForTheWritingThread() throws Exception {
    queue.add(bytes("1"));
    Thread drain =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    queue.drain();
                  } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    queue.flush(60_000);
    assertThat(out.toString(UTF_8)).isEqualTo("1\n");
    queue.close();
    drain.join();
  }
}
