package dev.gatekeeper.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private Instant now = Instant.EPOCH;
  private final Backoff backoff = new Backoff(() -> now);

  @Test
  void theFirstStartIsFree() {
    assertThat(backoff.remaining()).isZero();
  }

  @Test
  void doublesUpToTheLongest() {
    for (long millis : new long[] {250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000}) {
      backoff.ended(Duration.ofMillis(10));
      assertThat(backoff.remaining()).isEqualTo(Duration.ofMillis(millis));
    }
  }

  @Test
  void timeRunsDown() {
    backoff.ended(Duration.ZERO);
    now = now.plusMillis(100);
    assertThat(backoff.remaining()).isEqualTo(Duration.ofMillis(150));
    now = now.plusMillis(150);
    assertThat(backoff.remaining()).isZero();
  }

  @Test
  void sustainedUptimeCountsAsTheFirst() {
    for (int i = 0; i < 5; i++) {
      backoff.ended(Duration.ZERO);
    }
    backoff.ended(Duration.ofSeconds(60));
    assertThat(backoff.remaining()).isEqualTo(Backoff.FIRST);
  }

  @Test
  void almostSustainedIsNot() {
    backoff.ended(Duration.ZERO);
    backoff.ended(Duration.ofSeconds(60).minusNanos(1));
    assertThat(backoff.remaining()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void aWantedEndIsForgotten() {
    backoff.ended(Duration.ZERO);
    backoff.ended(Duration.ZERO);
    backoff.reset();
    assertThat(backoff.remaining()).isZero();
    backoff.ended(Duration.ZERO);
    assertThat(backoff.remaining()).isEqualTo(Backoff.FIRST);
  }
}
