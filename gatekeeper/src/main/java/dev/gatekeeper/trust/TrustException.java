package dev.gatekeeper.trust;

/**
 * A trust store that cannot be believed: altered, copied from elsewhere, or older than the vault
 * knows. Nothing is in force then.
 */
public final class TrustException extends Exception {
  private static final long serialVersionUID = 1L;

  TrustException(String message) {
    super(message);
  }
}
