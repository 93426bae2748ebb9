package dev.gatekeeper.allowlist;

/**
 * A pattern over names in which {@code *} stands for any run of characters, the empty one included,
 * and every other character for itself.
 *
 * <p>Matching is exact (case counts, nothing is normalised) and takes at most {@code pattern length
 * × name length} steps without recursion, so that a hostile name cannot stall a decision.
 */
public record Glob(String pattern) {
  /** Whether {@code name} matches as a whole. */
  public boolean matches(String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        // Only the last star is ever retried: what it swallows grows by one character.
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  @Override
  public String toString() {
    return pattern;
  }
}
