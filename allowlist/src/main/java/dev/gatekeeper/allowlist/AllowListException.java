package dev.gatekeeper.allowlist;

import java.util.List;

/** A text that is not an allow-list. Holds every problem that was found, in order of position. */
public final class AllowListException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /** Of a text with at least one problem. */
  public AllowListException(List<Problem> problems) {
    super(problems.getFirst().toString());
    this.problems = List.copyOf(problems);
  }

  /** At least one. */
  public List<Problem> problems() {
    return problems;
  }
}
