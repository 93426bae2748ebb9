package dev.gatekeeper.redaction;

import java.util.Set;

/** Hears of what was masked, while it is masked: must not wait. */
@FunctionalInterface
public interface Findings {
  /** Nobody wants to know. */
  Findings NONE = (edits, references) -> {};

  /**
   * So many places were masked.
   *
   * @param references of the values that stood there
   */
  void masked(int edits, Set<String> references);
}
