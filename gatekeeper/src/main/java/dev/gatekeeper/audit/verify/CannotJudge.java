package dev.gatekeeper.audit.verify;

/** There is no log, or it cannot be read: neither sound nor tampered. */
public final class CannotJudge extends Exception {
  private static final long serialVersionUID = 1;

  private final String text;

  public CannotJudge(String text) {
    super(text);
    this.text = text;
  }

  public CannotJudge(String text, Throwable cause) {
    super(text, cause);
    this.text = text;
  }

  /** Why, in one sentence. */
  public String text() {
    return text;
  }
}
