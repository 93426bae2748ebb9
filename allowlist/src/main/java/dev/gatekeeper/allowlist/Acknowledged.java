package dev.gatekeeper.allowlist;

import java.util.Optional;

/**
 * Reasons that a reviewed entry gives for doing what is refused without one.
 *
 * @param secretInArgs why a reference stands in {@code args}, which every process may read
 * @param dangerousEnv why a variable is set that makes programs load code
 * @param literalSecret why a value that looks like a secret is none
 * @param ambientSecret why a value comes from the environment, which the agent's shell reads, too
 * @param unpinned why the program has no exact version
 */
public record Acknowledged(
    Optional<String> secretInArgs,
    Optional<String> dangerousEnv,
    Optional<String> literalSecret,
    Optional<String> ambientSecret,
    Optional<String> unpinned) {
  /** Nothing is acknowledged. */
  public static final Acknowledged NOTHING =
      new Acknowledged(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
