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

  /**
   * Whether each name that {@code other} matches is matched by this as well.
   *
   * <p>A star of {@code other} stands for any run; it can only be swallowed by one of ours, so that
   * it is enough to match its pattern as if it were a name.
   */
  public boolean covers(Glob other) {
    return matches(other.pattern);
  }

  /** Whether some name matches both. */
  public boolean meets(Glob other) {
    String a = pattern;
    String b = other.pattern;
    // meets[j]: whether the part of a that is left has a name in common with b from j on.
    boolean[] meets = new boolean[b.length() + 1];
    for (int i = a.length(); i >= 0; i--) {
      boolean[] next = new boolean[b.length() + 1];
      for (int j = b.length(); j >= 0; j--) {
        boolean starA = i < a.length() && a.charAt(i) == '*';
        boolean starB = j < b.length() && b.charAt(j) == '*';
        boolean end = i == a.length() && j == b.length();
        boolean skipsA = i < a.length() && (starA || starB) && meets[j];
        boolean skipsB = j < b.length() && (starA || starB) && next[j + 1];
        boolean both =
            i < a.length() && j < b.length() && a.charAt(i) == b.charAt(j) && meets[j + 1];
        next[j] = end || skipsA || skipsB || both;
      }
      meets = next;
    }
    return meets[0];
  }

  @Override
  public String toString() {
    return pattern;
  }
}
