package dev.gatekeeper.downstream;

/**
 * A server could not be started. The message is one sentence for the model and the person: it names
 * the cause, never a value of the environment.
 */
public final class LaunchException extends Exception {
  private static final long serialVersionUID = 1;

  /** A launch that failed for the reason that {@code message} gives. */
  public LaunchException(String message) {
    super(message);
  }
}
