package dev.gatekeeper.audit.verify;

/** There is no log, or it cannot be read: neither sound nor tampered. */
public final class CannotJudge extends Exception {
  private static final long serialVersionUID = 1;

  CannotJudge(String text) {
    super(text);
  }

  CannotJudge(String text, Throwable cause) {
    super(text, cause);
  }
}
