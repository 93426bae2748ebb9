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
  private final boolean needsLogin;

  private BrokerException(String message, @Nullable String hint, boolean needsLogin) {
    super(message);
    this.hint = hint;
    this.needsLogin = needsLogin;
  }

  BrokerException(String message) {
    this(message, null, false);
  }

  BrokerException(String message, String hint) {
    this(message, hint, false);
  }

  BrokerException(String message, Optional<String> hint) {
    this(message, hint.orElse(null), false);
  }

  /** Nobody has logged in to that server. */
  static BrokerException needsLogin(String server) {
    return new BrokerException(server + " needs a login.", "gatekeeper login " + server, true);
  }

  /** Whether a login by a person is what lacks. */
  public boolean needsLogin() {
    return needsLogin;
  }

  /** What a person types, where there is something. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
