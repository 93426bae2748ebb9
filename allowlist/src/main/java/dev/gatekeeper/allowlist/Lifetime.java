package dev.gatekeeper.allowlist;

import java.time.Duration;

/** How long a server's process lives, and with it the secrets that it holds. */
public sealed interface Lifetime {
  /** Ten minutes without use. */
  Lifetime DEFAULT = new Idle(Duration.ofMinutes(10));

  /** A process for each call. */
  record Call() implements Lifetime {}

  /** Until nothing used it for {@code after}. */
  record Idle(Duration after) implements Lifetime {}

  /** As long as the session with the agent. */
  record Session() implements Lifetime {}
}
