package dev.gatekeeper.allowlist.check;

import dev.gatekeeper.allowlist.Problem;

/**
 * What a review of a valid list should know.
 *
 * @param severity whether {@code check} fails because of it
 * @param path where, e.g. {@code mcpServers.github.env.TOKEN}
 * @param problem what, at its place in the file
 */
public record Finding(Severity severity, String path, Problem problem) {
  /** Whether it must be mended. */
  public enum Severity {
    ERROR,
    NOTE
  }
}
