package dev.gatekeeper.vault.text;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A vault that cannot be used: missing, altered, of an unknown version, in the wrong hands, or
 * closed to this passphrase. The message names positions and lengths, never content.
 */
public final class VaultException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String hint;

  /** A fault that only repair or another file mends. */
  public VaultException(String message) {
    super(message);
    this.hint = null;
  }

  /** A fault, with the next command to type. */
  public VaultException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** The next command to type, where there is one. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
