package dev.gatekeeper.trust.follow;

/** A branch that cannot be followed, or not any further. */
public final class FollowException extends Exception {
  private static final long serialVersionUID = 1L;

  FollowException(String message) {
    super(message);
  }
}
