package dev.gatekeeper.allowlist;

import java.util.Optional;

/** A checked JSON Schema for the arguments of one tool or command. */
public final class ArgumentRule {
  private final String schema;

  ArgumentRule(String schema) {
    this.schema = schema;
  }

  /**
   * Judges arguments.
   *
   * @return empty where they satisfy the rule, else one sentence that holds no value
   */
  Optional<String> violation(byte[] json, PathResolver paths) {
    return Optional.of("argument rules cannot be judged (" + schema.length() + ")");
  }
}
