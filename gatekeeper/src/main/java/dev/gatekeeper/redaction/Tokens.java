package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatekeeper.redaction.reading.Runs;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Recognises credentials that nobody manages, by the prefixes that providers give them. A hint for
 * people: such a prefix proves nothing, so nothing is changed because of it.
 */
final class Tokens {
  /** A longer run of letters and digits is a file, not a token. */
  private static final int LONGEST = 256;

  private record Prefix(String text, int least, String kind) {}

  private static final List<Prefix> PREFIXES =
      List.of(
          new Prefix("ghp_", 36, "GitHub token"),
          new Prefix("gho_", 36, "GitHub token"),
          new Prefix("ghu_", 36, "GitHub token"),
          new Prefix("ghs_", 36, "GitHub token"),
          new Prefix("ghr_", 36, "GitHub token"),
          new Prefix("github_pat_", 60, "GitHub token"),
          new Prefix("glpat-", 20, "GitLab token"),
          new Prefix("npm_", 36, "npm token"),
          new Prefix("sk-", 36, "API key (sk-)"),
          new Prefix("sk_live_", 24, "Stripe key"),
          new Prefix("rk_live_", 24, "Stripe key"),
          new Prefix("xoxb-", 24, "Slack token"),
          new Prefix("xoxp-", 24, "Slack token"),
          new Prefix("xapp-", 24, "Slack token"),
          new Prefix("AKIA", 20, "AWS access key"),
          new Prefix("ASIA", 20, "AWS access key"),
          new Prefix("AIza", 39, "Google API key"));

  private Tokens() {}

  /** Length of the provider's prefix that a value starts with, or 0. */
  static int prefix(byte[] value) {
    String start = new String(value, 0, Math.min(value.length, 16), US_ASCII);
    int longest = 0;
    for (Prefix prefix : PREFIXES) {
      if (start.startsWith(prefix.text)) {
        longest = Math.max(longest, prefix.text.length());
      }
    }
    return longest;
  }

  /** The kinds of tokens that a text seems to hold. */
  static Set<String> in(byte[] text, int start, int end) {
    Set<String> kinds = new TreeSet<>();
    for (int from = Runs.first(text, start, end); from < end; ) {
      int to = Runs.stop(text, from, end);
      int escape = from > start && text[from - 1] == '\\' ? 1 : 0; // the n of a line break
      if (to - from <= LONGEST) {
        String run = new String(text, from + escape, to - from - escape, US_ASCII);
        for (Prefix prefix : PREFIXES) {
          if (run.length() >= prefix.least && run.startsWith(prefix.text)) {
            kinds.add(prefix.kind);
          }
        }
      }
      from = Runs.first(text, to, end);
    }
    return kinds;
  }
}
