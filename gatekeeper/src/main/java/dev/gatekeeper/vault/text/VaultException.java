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
  private final boolean absent;

  /** A fault that only repair or another file mends. */
  public VaultException(String message) {
    this(message, null, false);
  }

  /** A fault, with the next command to type. */
  public VaultException(String message, String hint) {
    this(message, hint, false);
  }

  private VaultException(String message, @Nullable String hint, boolean absent) {
    super(message);
    this.hint = hint;
    this.absent = absent;
  }

  /** A vault that is sound and does not hold what was named, with the next command to type. */
  public static VaultException absent(String message, String hint) {
    return new VaultException(message, hint, true);
  }

  /** Whether nothing is wrong but that what was named is not there. */
  public boolean isAbsent() {
    return absent;
  }

  /** The next command to type, where there is one. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
