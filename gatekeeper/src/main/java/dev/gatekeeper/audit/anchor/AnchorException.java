package dev.gatekeeper.audit.anchor;

/** Why nothing was anchored, or what is anchored cannot be believed. */
public final class AnchorException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean broken;

  private AnchorException(boolean broken, String text) {
    super(text);
    this.broken = broken;
  }

  /** The branch is not one that only grew, or the log is not the one that was anchored. */
  public static AnchorException broken(String text) {
    return new AnchorException(true, text);
  }

  /** Nothing is known: no git, no repository, no network, no such branch. */
  static AnchorException unknown(String text) {
    return new AnchorException(false, text);
  }

  /** Whether something is there that must not be; else nothing can be said. */
  public boolean isBroken() {
    return broken;
  }

  /** Why, in one sentence; foreign text in it is not escaped. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
