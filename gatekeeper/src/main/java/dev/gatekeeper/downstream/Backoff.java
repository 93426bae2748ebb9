package dev.gatekeeper.downstream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * When a server may be started again. The first start is free; each end after a short life doubles
 * the wait, from {@link #FIRST} to {@link #LONGEST}; an end after {@link #SUSTAINED} of uptime
 * counts as the first. Thread-safe.
 */
public final class Backoff {
  /** Long enough that a server which dies at once does not take a core with it. */
  public static final Duration FIRST = Duration.ofMillis(250);

  /** A person who has repaired the cause does not wait longer than this. */
  public static final Duration LONGEST = Duration.ofSeconds(30);

  /** A server that ran for so long was not broken when it started. */
  public static final Duration SUSTAINED = Duration.ofSeconds(60);

  private final InstantSource clock;
  private Duration next = FIRST;
  private Optional<Instant> notBefore = Optional.empty();

  /** A server that was never started. */
  public Backoff(InstantSource clock) {
    this.clock = clock;
  }

  /** The server ended, or could not be started at all ({@link Duration#ZERO}). */
  public synchronized void ended(Duration uptime) {
    if (uptime.compareTo(SUSTAINED) >= 0) {
      next = FIRST;
    }
    notBefore = Optional.of(clock.instant().plus(next));
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }

  /** Forgets past ends: for one that was wanted, such as an idle stop. */
  public synchronized void reset() {
    next = FIRST;
    notBefore = Optional.empty();
  }

  /** The time until the next start is allowed; zero when it is allowed now. */
  public synchronized Duration remaining() {
    Instant now = clock.instant();
    return notBefore
        .filter(now::isBefore)
        .map(allowed -> Duration.between(now, allowed))
        .orElse(Duration.ZERO);
  }
}
