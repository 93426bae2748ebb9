package dev.gatekeeper.trust.follow;

/** A branch that cannot be followed, or not any further. */
public final class FollowException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A clause for a person; it holds no value, and no word of a remote. */
  public FollowException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
