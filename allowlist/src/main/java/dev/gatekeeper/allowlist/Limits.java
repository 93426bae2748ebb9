package dev.gatekeeper.allowlist;

import java.util.OptionalInt;

/**
 * Bounds of one server; empty means the program's default.
 *
 * @param callsPerMinute tool calls in any 60 seconds
 * @param inFlight requests that wait for an answer at one time
 * @param maxMessage bytes of one message, either way
 */
public record Limits(OptionalInt callsPerMinute, OptionalInt inFlight, OptionalInt maxMessage) {
  /** The program's defaults. */
  public static final Limits DEFAULT =
      new Limits(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
}
