package dev.gatekeeper.allowlist.json;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What was probably meant, and how foreign names are shown. */
public final class Spelling {
  private Spelling() {}

  /** The known word that {@code word} is a slip of. */
  public static Optional<String> nearest(String word, Set<String> known) {
    String lower = word.toLowerCase(Locale.ROOT);
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return least <= Math.max(1, Math.min(2, word.length() / 3))
        ? Optional.of(best)
        : Optional.empty();
  }

  /**
   * Edits (insert, remove, replace, swap of neighbours) from one to the other; long words are far.
   */
  private static int distance(String a, String b) {
    if (a.length() > 40 || b.length() > 40) {
      return Integer.MAX_VALUE;
    }
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + same, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private static boolean isPlain(String name) {
    boolean plain = name.length() <= 60;
    for (int i = 0; plain && i < name.length(); i++) {
      plain = name.charAt(i) >= 0x20 && name.charAt(i) < 0x7f;
    }
    return plain;
  }

  /** {@code name} cut to 60 characters, with everything but printable ASCII escaped. */
  public static String shown(String name) {
    if (isPlain(name)) {
      return name;
    }
    StringBuilder shown = new StringBuilder();
    name.codePoints()
        .limit(60)
        .forEach(
            c -> {
              if (c >= 0x20 && c < 0x7f) {
                shown.appendCodePoint(c);
              } else {
                shown.append(String.format(Locale.ROOT, "\\u{%x}", c));
              }
            });
    return name.codePointCount(0, name.length()) > 60 ? shown + "…" : shown.toString();
  }
}
