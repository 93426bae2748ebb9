package dev.gatekeeper.downstream;

/**
 * A server could not be started. The message is one sentence for the model and the person: it names
 * the cause, never a value of the environment.
 */
public final class LaunchException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean found;

  /** A launch that failed for the reason that {@code message} gives. */
  public LaunchException(String message) {
    this(message, false);
  }

  /** As above; {@code found} says that the program is there, and cannot be executed. */
  LaunchException(String message, boolean found) {
    super(message);
    this.found = found;
  }

  /** Whether the program is there, and cannot be executed: what env(1) tells by 126, not 127. */
  public boolean found() {
    return found;
  }
}
