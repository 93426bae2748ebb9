package dev.gatekeeper.http;

import java.time.Duration;

/**
 * How long one request may take.
 *
 * @param answer from the start to the headers of the answer
 * @param silence between two pieces of the body
 */
public record Bounds(Duration answer, Duration silence) {
  /** For documents: a slow server on a slow network. */
  public static final Bounds DOCUMENT = new Bounds(Duration.ofSeconds(30), Duration.ofSeconds(15));

  /** Milliseconds to connect, TLS apart: a host that drops packets keeps nobody waiting. */
  static final Duration CONNECT = Duration.ofSeconds(10);

  /** Names and values of all headers of an answer, and 32 bytes for each. */
  static final int HEADER_BYTES = 64 << 10;

  /** Within one origin; a longer chain goes in a circle. */
  static final int REDIRECTS = 3;
}
