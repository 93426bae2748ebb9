package dev.gatekeeper.trust.signature;

import java.time.Instant;

/**
 * One line of an {@code allowed_signers} file.
 *
 * @param principal who holds the key, e.g. {@code alice@example.com}
 */
public record AllowedSigner(String principal, SshKey key, SignerOptions options) {
  /** Whether the key may sign for {@code namespace}. */
  public boolean mayUse(String namespace) {
    return options.namespaces().isEmpty() || options.namespaces().contains(namespace);
  }

  /**
   * Whether the key counts at this time: from {@code valid-after} on, up to {@code valid-before}.
   */
  boolean isValid(Instant now) {
    return options.after().map(after -> !now.isBefore(after)).orElse(true)
        && options.before().map(before -> !now.isAfter(before)).orElse(true);
  }
}
