package dev.gatekeeper.seal;

/**
 * A sealed message that does not open: wrong key, wrong info or associated data, or altered bytes.
 * Which of these it was cannot be told, and is not.
 */
public final class SealException extends Exception {
  private static final long serialVersionUID = 1L;

  SealException(String message) {
    super(message);
  }
}
