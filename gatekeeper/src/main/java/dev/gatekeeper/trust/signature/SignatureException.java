package dev.gatekeeper.trust.signature;

/** A signature, a key or a list of signers that is malformed or of a kind that does not count. */
public final class SignatureException extends Exception {
  private static final long serialVersionUID = 1L;

  SignatureException(String message) {
    super(message);
  }
}
