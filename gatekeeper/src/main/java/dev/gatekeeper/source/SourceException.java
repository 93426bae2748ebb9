package dev.gatekeeper.source;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a source gives no value. The message names the reference, never a value; no full stop. */
public final class SourceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String hint;

  /** With what a person types, where there is something. */
  public SourceException(String message, Optional<String> hint) {
    super(message);
    this.hint = hint.orElse(null);
  }

  /** What a person types, where there is something. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
