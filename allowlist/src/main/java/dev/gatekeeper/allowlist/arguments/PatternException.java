package dev.gatekeeper.allowlist.arguments;

/** A regular expression outside of the subset that is matched. */
final class PatternException extends Exception {
  private static final long serialVersionUID = 1;

  private final String why;
  private final int index;

  PatternException(String why, int index) {
    super(why);
    this.why = why;
    this.index = index;
  }

  /** What is wrong. */
  String why() {
    return why;
  }

  /** Where in the pattern, from 0. */
  int index() {
    return index;
  }
}
