package dev.gatekeeper.keyring;

/** Why a keyring gave or kept nothing: a clause without a full stop, and no key in it. */
public final class KeyringException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  KeyringException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** What a person does about it. */
  public String hint() {
    return hint;
  }
}
