package dev.gatekeeper.kernel;

import java.util.OptionalInt;

/**
 * How a process ended.
 *
 * @param code its exit code, 0 to 255, unless a signal ended it
 * @param signal the signal that ended it
 */
public record Exit(OptionalInt code, OptionalInt signal) {
  /** Decodes the status word of waitpid(2), which has the same layout on Linux and macOS. */
  static Exit of(int status) {
    int signal = status & 0x7f;
    return signal == 0
        ? new Exit(OptionalInt.of((status >> 8) & 0xff), OptionalInt.empty())
        : new Exit(OptionalInt.empty(), OptionalInt.of(signal));
  }
}
