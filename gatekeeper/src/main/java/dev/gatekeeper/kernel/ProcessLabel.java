package dev.gatekeeper.kernel;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A number that marks a process and everything that it starts, for good.
 *
 * <p>What a server leaves behind must be found again: a grandchild that called setsid and whose
 * parent has ended is in another group and another session, and its parent is the nearest subreaper
 * (us, or, once we are dead, init). Groups, sessions and parents do not lead to it. On Linux a
 * resource limit does: limits pass through fork, exec and setsid, and everybody may read them in
 * {@code /proc/PID/limits}. RLIMIT_LOCKS is one that no kernel since 2.4.25 enforces, and its soft
 * value is 64 bits wide: each start gets its own.
 *
 * <p>A process can change its own label, as it can fight us in other ways, being the same user; the
 * honest ones, however careless, are found. There is no such limit on macOS.
 *
 * @param number of {@link #DIGITS} decimal digits: 13 for the session, 6 for the launch
 */
public record ProcessLabel(long number) {
  /** All labels have so many digits, so that a pattern over text can tell them. */
  public static final int DIGITS = 19;

  private static final long LAUNCHES = 1_000_000;
  private static final long FIRST_SESSION = 1_000_000_000_000L;

  /** A label for a session, which no process has: launch 0. */
  public static ProcessLabel ofNewSession() {
    // Unique, not secret. Up to 9.0e18: below 2^63, and no number that anybody would set as a
    // limit.
    return new ProcessLabel(
        ThreadLocalRandom.current().nextLong(FIRST_SESSION, 9 * FIRST_SESSION) * LAUNCHES);
  }

  /** The label of one launch in the same session. */
  public ProcessLabel launch(int count) {
    return new ProcessLabel(session() * LAUNCHES + Math.floorMod(count, LAUNCHES - 1) + 1);
  }

  /** What all labels of a session have in common: their first digits. */
  public long session() {
    return number / LAUNCHES;
  }
}
