package dev.gatekeeper.downstream;

import static dev.gatekeeper.downstream.Recording.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SendQueueTest {
  private final SendQueue queue = new SendQueue();

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
    for (int i = 0; i < SendQueue.FRAMES; i++) {
      assertThat(queue.offer(bytes("1"))).isTrue();
    }
    assertThat(queue.offer(bytes("1"))).isFalse();
    assertThat(queue.offerUrgent(bytes("1"))).isTrue();
  }

  @Test
  void boundsTheBytesAndFreesThemWhenTaken() throws Exception {
    byte[] half = new byte[(int) (SendQueue.BYTES / 2)];
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

  @Test
  void freesTheBytesOfAWithdrawnFrame() {
    byte[] half = new byte[(int) (SendQueue.BYTES / 2)];
    queue.offer(half);
    queue.offer(new byte[(int) (SendQueue.BYTES / 2)]);
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
}
