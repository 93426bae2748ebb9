package dev.gatekeeper.pin.cache;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A program that cannot be pinned, installed or vouched for. One sentence, and where there is one
 * the command to type; foreign text in it is escaped.
 */
public final class PinException extends Exception {
  private static final long serialVersionUID = 1;

  private final @Nullable String hint;

  public PinException(String what) {
    super(what);
    this.hint = null;
  }

  public PinException(String what, String hint) {
    super(what);
    this.hint = hint;
  }

  /** What to type, or to write instead. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }

  /** The sentence. */
  public String what() {
    return String.valueOf(getMessage());
  }
}
