package dev.gatekeeper.holder;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class TermTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final AtomicReference<Instant> wall = new AtomicReference<>(NOON);
  private final AtomicReference<Duration> boot = new AtomicReference<>(Duration.ofDays(3));
  private final Term term = new Term(Duration.ofHours(8), wall::get, boot::get);

  private void pass(Duration onTheWall, Duration sinceBoot) {
    wall.updateAndGet(now -> now.plus(onTheWall));
    boot.updateAndGet(now -> now.plus(sinceBoot));
  }

  @Test
  void itIsOverAtItsEnd() {
    pass(Duration.ofHours(8).minusMillis(1), Duration.ofHours(8).minusMillis(1));
    assertThat(term.isOver()).isFalse();
    pass(Duration.ofMillis(1), Duration.ofMillis(1));
    assertThat(term.isOver()).isTrue();
  }

  @Test
  void aClockThatIsSetBackDoesNotLengthenIt() {
    pass(Duration.ofDays(-400), Duration.ofHours(8));
    assertThat(term.isOver()).isTrue();
  }

  @Test
  void aClockThatIsSetForwardEndsIt() {
    pass(Duration.ofDays(1), Duration.ofSeconds(1));
    assertThat(term.isOver()).isTrue();
  }

  /** The clock of the boot goes on while the machine sleeps, and the one on the wall does, too. */
  @Test
  void aNightOfSleepEndsIt() {
    pass(Duration.ofHours(9), Duration.ofHours(9));
    assertThat(term.isOver()).isTrue();
  }
}
