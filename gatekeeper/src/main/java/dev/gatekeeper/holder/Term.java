package dev.gatekeeper.holder;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * How long the key is held: to the earlier of an instant on the wall's clock and a duration on the
 * clock of the boot, which nobody sets back and which a suspended machine does not stop.
 */
public final class Term {
  /** Shortest that is worth starting a process for. */
  public static final Duration LEAST = Duration.ofMinutes(1);

  /** Longest: what is to be open for ever has a keyring slot. */
  public static final Duration MOST = Duration.ofDays(7);

  private final InstantSource wall;
  private final Supplier<Duration> boot;
  private final Instant until;
  private final Duration bootUntil;

  /** From now. */
  public Term(Duration length, InstantSource wall, Supplier<Duration> boot) {
    this(wall.instant().plus(length), boot.get().plus(length), wall, boot);
  }

  Term(Instant until, Duration bootUntil, InstantSource wall, Supplier<Duration> boot) {
    this.wall = wall;
    this.boot = boot;
    this.until = until;
    this.bootUntil = bootUntil;
  }

  Instant until() {
    return until;
  }

  Duration bootUntil() {
    return bootUntil;
  }

  boolean isOver() {
    return !wall.instant().isBefore(until) || boot.get().compareTo(bootUntil) >= 0;
  }
}
