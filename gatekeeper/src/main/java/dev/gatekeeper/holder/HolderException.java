package dev.gatekeeper.holder;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the key holder gave nothing. The message names no value; no full stop. */
public final class HolderException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whose no it is. */
  public enum Cause {
    /** Nobody's: it is not there, or does not answer in time, or something else answers. */
    UNREACHABLE,
    /** The holder's: the list in force does not entitle the entry to this. */
    REFUSED,
    /** The vault's: it has no such secret, or cannot be read. */
    FAULT
  }

  private final Cause cause;
  private final @Nullable String hint;

  private HolderException(Cause cause, String message, @Nullable String hint) {
    super(message);
    this.cause = cause;
    this.hint = hint;
  }

  static HolderException unreachable(String why) {
    return new HolderException(Cause.UNREACHABLE, why, null);
  }

  static HolderException refused(String why) {
    return new HolderException(Cause.REFUSED, why, null);
  }

  /**
   * A fault of the vault.
   *
   * @param text the message, and after a line end perhaps the hint
   */
  static HolderException fault(String text) {
    int end = text.indexOf('\n');
    return end < 0
        ? new HolderException(Cause.FAULT, text, null)
        : new HolderException(Cause.FAULT, text.substring(0, end), text.substring(end + 1));
  }

  /** Whose no it is. */
  public Cause no() {
    return cause;
  }

  /** What a person types, where there is something. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
