package dev.gatekeeper.audit.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * When a record was made.
 *
 * @param wall milliseconds since 1970, as the machine's clock has it
 * @param monotonic milliseconds of a clock that nobody sets
 * @param boot id of the boot that {@code monotonic} counts in; empty where the platform gives none
 */
public record Moment(long wall, long monotonic, String boot) {
  /** A step of the wall clock below this is what NTP does all day. Milliseconds. */
  private static final long STEP = 2_000;

  public static Moment now(Clock clock) {
    return new Moment(clock.millis(), System.nanoTime() / 1_000_000, Boot.ID);
  }

  /**
   * Milliseconds by which the wall clock was set since {@code earlier}; 0 for what is too little to
   * tell.
   */
  public long stepSince(Moment earlier) {
    long step = (wall - earlier.wall) - (monotonic - earlier.monotonic);
    return Math.abs(step) < STEP ? 0 : step;
  }

  private static final class Boot {
    static final String ID = read();

    private static String read() {
      try {
        Path file = Path.of("/proc/sys/kernel/random/boot_id");
        return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).strip();
      } catch (IOException e) {
        return "";
      }
    }
  }
}
