package dev.gatekeeper.broker;

import dev.gatekeeper.passphrase.PassphraseSource;
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

  /**
   * Nothing opens the vault.
   *
   * @param withheld by a key holder that is there: to open it once more would change nothing for a
   *     list that is not in force
   */
  static BrokerException locked(String needed, Optional<String> why, boolean withheld) {
    String passphrase =
        ", where the list is in force; else the passphrase, at a terminal or by "
            + PassphraseSource.FILE_VARIABLE;
    return new BrokerException(
        needed + ", and the vault is locked" + why.map(text -> ": " + text).orElse("") + ".",
        "gatekeeper vault open" + (withheld ? passphrase : ""));
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
