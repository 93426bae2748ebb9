package dev.gatekeeper.allowlist.json;

/** A text that is no JSON, or more of it than is read. The message holds nothing of the text. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient At at;
  private final String why;

  /** Something wrong at a place. */
  public JsonException(At at, String message) {
    super(message);
    this.at = at;
    this.why = message;
  }

  /** What is wrong. */
  public String why() {
    return why;
  }

  /** Where reading stopped. */
  public At at() {
    return at;
  }
}
