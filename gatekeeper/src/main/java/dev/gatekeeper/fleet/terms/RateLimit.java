package dev.gatekeeper.fleet.terms;

import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * At most so many calls in any minute.
 *
 * <p>A ring of the times of the last admitted calls: exact, not a rate that is refilled. Not
 * thread-safe.
 */
final class RateLimit {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final long[] admitted;
  private long count;

  RateLimit(OptionalInt callsPerMinute) {
    admitted = new long[callsPerMinute.orElse(0)];
  }

  /** Whether a call at {@code now}, in nanoseconds of a monotonic clock, is within the limit. */
  boolean admit(long now) {
    if (admitted.length == 0) {
      return true;
    }
    int oldest = (int) (count % admitted.length);
    if (count >= admitted.length && now - admitted[oldest] < MINUTE) {
      return false;
    }
    admitted[oldest] = now;
    count++;
    return true;
  }
}
