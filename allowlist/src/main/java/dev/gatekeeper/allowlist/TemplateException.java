package dev.gatekeeper.allowlist;

/** Text that is not a {@link Template}. The message never repeats literal text of the template. */
public final class TemplateException extends Exception {
  private static final long serialVersionUID = 1;

  private final String hint;

  TemplateException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** What to write instead. */
  public String hint() {
    return hint;
  }
}
