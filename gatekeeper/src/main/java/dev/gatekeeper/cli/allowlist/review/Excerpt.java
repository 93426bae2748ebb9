package dev.gatekeeper.cli.allowlist.review;

/**
 * What of two long texts differs, with a little of what stands around it.
 *
 * @param before one line, cut; empty where there is nothing before
 * @param after likewise
 */
record Excerpt(String before, String after) {
  /** Characters of one text that are shown: a reader of a review scrolls no further. */
  static final int MAX = 1_200;

  /** Characters around the difference. */
  private static final int AROUND = 40;

  static Excerpt of(String before, String after) {
    int most = Math.min(before.length(), after.length());
    int start = 0;
    while (start < most && before.charAt(start) == after.charAt(start)) {
      start++;
    }
    int end = 0;
    while (end < most - start
        && before.charAt(before.length() - 1 - end) == after.charAt(after.length() - 1 - end)) {
      end++;
    }
    int from = Math.max(0, start - AROUND);
    int rest = Math.max(0, end - AROUND);
    return new Excerpt(cut(before, from, rest), cut(after, from, rest));
  }

  /** One text by itself. */
  static String of(String text) {
    return cut(text, 0, 0);
  }

  private static String cut(String text, int from, int rest) {
    int to = text.length() - rest;
    if (from >= to) {
      return "";
    }
    int shown = Math.min(to, from + MAX);
    String more = to > shown ? "… (" + (to - shown) + " characters more)" : rest > 0 ? "…" : "";
    return (from > 0 ? "…" : "") + text.substring(from, shown) + more;
  }
}
