package dev.gatekeeper.allowlist.json;

import java.util.Optional;

/**
 * Something wrong at one place of a text.
 *
 * @param hint what to write instead
 */
public record Fault(At at, String message, Optional<String> hint) {
  /** A fault whose message says it all. */
  public static Fault of(At at, String message) {
    return new Fault(at, message, Optional.empty());
  }

  /** A fault with advice, unless that is empty. */
  public static Fault of(At at, String message, String hint) {
    return new Fault(at, message, Optional.of(hint).filter(text -> !text.isEmpty()));
  }
}
