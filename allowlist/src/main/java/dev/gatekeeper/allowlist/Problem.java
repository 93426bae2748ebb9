package dev.gatekeeper.allowlist;

import java.util.Optional;

/**
 * What is wrong at one place of a list.
 *
 * @param line from 1
 * @param column from 1, in UTF-16 units
 * @param message names keys and types; never repeats a value that could be a secret
 * @param hint what to write or type instead
 */
public record Problem(String file, int line, int column, String message, Optional<String> hint) {
  @Override
  public String toString() {
    return file
        + ":"
        + line
        + ":"
        + column
        + ": "
        + message
        + hint.map(h -> " (" + h + ")").orElse("");
  }
}
