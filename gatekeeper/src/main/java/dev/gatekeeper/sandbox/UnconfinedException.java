package dev.gatekeeper.sandbox;

/** A process cannot be confined as its entry asks, so it is not started. */
public final class UnconfinedException extends Exception {
  private static final long serialVersionUID = 1L;

  UnconfinedException(String message) {
    super(message);
  }
}
