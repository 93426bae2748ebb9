package dev.gatekeeper.trust.approval;

import static dev.gatekeeper.vault.VaultFixture.NOW;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A wall clock and a steady one, set by hand. */
final class TestClock extends Clock {
  Instant wall = NOW;
  long steady;

  @Override
  public Instant instant() {
    return wall;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  void passes(Duration time) {
    wall = wall.plus(time);
    steady += time.toNanos();
  }
}
