package dev.gatekeeper.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What {@code gatekeeper --help} says; it loads no command. */
final class Usage {
  /** Typing errors up to this many edits are taken for a known word. */
  private static final int NEAR = 2;

  private Usage() {}

  static void print(PrintStream to) {
    to.println("usage: gatekeeper COMMAND [ARGUMENTS]");
    to.println();
    int width = Arrays.stream(Noun.values()).mapToInt(n -> n.word().length()).max().orElse(0);
    for (Noun noun : Noun.values()) {
      to.println(
          "  " + noun.word() + " ".repeat(width - noun.word().length() + 2) + noun.summary());
    }
    to.println();
    to.println("gatekeeper COMMAND --help tells more; gatekeeper --version says which this is.");
    to.println("Exit status: 0 done, 1 the answer is no, 2 usage, 3 cannot judge.");
  }

  /** The known word that somebody who typed {@code word} is likely to have meant. */
  static Optional<String> nearest(String word) {
    return nearest(word, Arrays.stream(Noun.values()).map(Noun::word).toList());
  }

  /** The one of {@code words} that somebody may have meant who wrote {@code word}. */
  static Optional<String> nearest(String word, Collection<String> words) {
    if (word.length() > 32) { // No word is near; the edit distance is quadratic.
      return Optional.empty();
    }
    return words.stream()
        .filter(known -> edits(known, word) <= NEAR && edits(known, word) < known.length())
        .min(Comparator.comparingInt(known -> edits(known, word)));
  }

  /** Levenshtein distance, one row at a time. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
