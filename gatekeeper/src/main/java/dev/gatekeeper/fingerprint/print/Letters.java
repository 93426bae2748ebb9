package dev.gatekeeper.fingerprint.print;

import java.util.ArrayList;
import java.util.List;

/**
 * What of a word could be words of a language: letters of one case, or with a capital in front;
 * with capitals in turn; with digits and signs that stand for letters.
 */
final class Letters {
  /** Which letters do not follow one, in the words of the languages of Europe: from a to z. */
  private static final String[] NEVER_BEHIND = {
    "",
    "fkpqxz",
    "bdfgjmpvwxz",
    "cfpqxz",
    "",
    "bcdghjkmnpqvwxz",
    "bcfjkpqvwxz",
    "bcfghjkpqvxz",
    "hijwy",
    "bcfghpqrvwxz",
    "bcjpqvxz",
    "jqx",
    "cdgjkqvwxz",
    "",
    "",
    "bfjqvwxz",
    "bcdfghjklmnopqrstvwxyz",
    "qx",
    "jx",
    "jqx",
    "jquwy",
    "bcdfghjkmpqtwxz",
    "cgjqvxz",
    "bdfgjkmnqrsvwxz",
    "jqxy",
    "bcdfgjmnpqrsvx"
  };

  private static final String SIGNS = "0123456789@$!+";

  /** What each of them stands for; l for 1 and ! besides. */
  private static final String MEANT = "oizeasgtbgasit";

  private final byte[] word;
  private final int[] ends;

  Letters(byte[] word) {
    this.word = word;
    this.ends = new int[word.length];
    for (int from = 0; from < word.length; ) {
      int to = Math.max(from + 1, wordFrom(from));
      java.util.Arrays.fill(ends, from, to, to - from);
      from = to;
    }
  }

  /**
   * A word in disguise.
   *
   * @param signs that stand for letters
   */
  record Disguised(int end, int signs) {}

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** What is no ASCII counts as a small letter. */
  private static boolean isSmall(byte b) {
    return b < 0 || (b >= 'a' && b <= 'z');
  }

  private static boolean isCapital(byte b) {
    return b >= 'A' && b <= 'Z';
  }

  static byte small(byte b) {
    return isCapital(b) ? (byte) (b + 32) : b;
  }

  /** Whether the digits around this one touch a word. */
  boolean isBesideWord(int at) {
    int from = at;
    while (from >= 0 && isDigit(word[from])) {
      from--;
    }
    int to = at;
    while (to < word.length && isDigit(word[to])) {
      to++;
    }
    return isWord(from) || isWord(to);
  }

  private boolean isWord(int at) {
    return at >= 0 && at < word.length && ends[at] >= 3;
  }

  /** Behind the letters of one case from here, a capital in front of small ones included. */
  int wordFrom(int at) {
    int to = at;
    while (to < word.length && isCapital(word[to])) {
      to++;
    }
    if (to - at <= 1) {
      while (to < word.length && isSmall(word[to])) {
        to++;
      }
    }
    return to;
  }

  /** Behind letters that are large and small in turn. */
  int alternatingFrom(int at) {
    int to = at;
    while (to < word.length
        && (isSmall(word[to]) || isCapital(word[to]))
        && (to == at || isCapital(word[to]) != isCapital(word[to - 1]))) {
      to++;
    }
    return to;
  }

  boolean hasVowel(int from, int to) {
    for (int i = from; i < to; i++) {
      if (word[i] < 0 || "aeiouy".indexOf(small(word[i])) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** All words in disguise of four letters and more from here, half of them letters. */
  List<Disguised> disguisedFrom(int at) {
    List<Disguised> found = new ArrayList<>();
    int signs = 0;
    int cases = 0; // letters, and how often they are otherwise than the one before
    int capitals = 0;
    int letters = 0;
    int row = 0;
    for (int i = at; i < word.length; i++) {
      int sign = SIGNS.indexOf(word[i]);
      if (sign < 0 && !isSmall(word[i]) && !isCapital(word[i])) {
        break;
      }
      if (i > at && !follows(word[i - 1], word[i])) {
        break;
      }
      row = i > at && isVowel(word[i]) == isVowel(word[i - 1]) ? row + 1 : 1;
      if (row > 3) {
        break;
      }
      signs += sign < 0 ? 0 : 1;
      letters += sign < 0 ? 1 : 0;
      capitals += isCapital(word[i]) ? 1 : 0;
      cases += isCapital(word[i]) && letters > 1 ? 1 : 0;
      boolean regular = cases == 0 || capitals == letters;
      if (i - at >= 3 && letters + 1 >= signs && (signs > 0 && regular)) {
        found.add(new Disguised(i + 1, signs));
      }
    }
    return found;
  }

  private static boolean follows(byte before, byte b) {
    return before < 0 || b < 0 || follows(meant(before), meant(b), before, b);
  }

  private static boolean follows(char one, char two, byte before, byte b) {
    return isPair(one, two)
        || (isEll(before) && isPair('l', two))
        || (isEll(b) && isPair(one, 'l'));
  }

  private static boolean isVowel(byte b) {
    return b >= 0 && "aeiouy".indexOf(meant(b)) >= 0;
  }

  private static boolean isEll(byte b) {
    return b == '1' || b == '!';
  }

  private static boolean isPair(char one, char two) {
    return NEVER_BEHIND[one - 'a'].indexOf(two) < 0;
  }

  private static char meant(byte b) {
    int sign = SIGNS.indexOf(b);
    return sign < 0 ? (char) small(b) : MEANT.charAt(sign);
  }
}
