package dev.gatekeeper.broker;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a launch has not got its secrets: nothing was released. The message is for the model to pass
 * on; it names references, never a value.
 */
public final class BrokerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String hint;

  BrokerException(String message) {
    super(message);
    this.hint = null;
  }

  BrokerException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  BrokerException(String message, Optional<String> hint) {
    super(message);
    this.hint = hint.orElse(null);
  }

  /** What a person types, where there is something. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
