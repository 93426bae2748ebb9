package dev.gatekeeper.fingerprint.print;

import java.util.ArrayList;
import java.util.List;

/**
 * What of a word could be words of a language: letters of one case, or with a capital in front;
 * with capitals in turn; with digits and signs that stand for letters.
 */
final class Letters {
  /**
   * How often a letter follows another, from a to z, in words of English and, together twice as
   * often, of 14 other languages of Europe: 6 where as often as by chance, and 2 more for each time
   * twice as often, or 2 less for half.
   */
  private static final String[] BEHIND = {
    "45772253636979250989543043",
    "93219011940912910752901050",
    "90419009817611920638600023",
    "92149222922424920572721033",
    "52785452425769152997242522",
    "81239811910611920746700050",
    "92139156903537830874801030",
    "90029002912433900627701030",
    "75767561225769840688150114",
    "91159101814534820274821002",
    "92119014905515930576713040",
    "91259321912833910156720050",
    "97229100901363880152610010",
    "91699391824324710089530051",
    "24663452425779460977766113",
    "90219124801811970956700030",
    "60123010510502332324923001",
    "92469241914364920477631043",
    "81619216907532760289622044",
    "90219107902422820876612050",
    "66567351645889360999331123",
    "91119000900214800331400050",
    "90229018901407910661302061",
    "93849424901342591349302660",
    "93748233735576880598634033",
    "93349033914437830235624064"
  };

  private static final int AS_BY_CHANCE = 6;

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
    return behind(one, two) > 0;
  }

  private static int behind(char one, char two) {
    return BEHIND[one - 'a'].charAt(two - 'a') - '0';
  }

  /**
   * How much likelier the letters follow one another in a language than by chance, in bits; digits
   * that may stand for letters are taken for these. Of drawn ones it is far below zero.
   */
  double likeness() {
    int twice = 0;
    char before = 0;
    for (byte b : word) {
      boolean letter = isSmall(b) || isCapital(b) || SIGNS.indexOf(b) >= 0;
      char one = letter && b > 0 ? meant(b) : 0;
      twice += before > 0 && one > 0 ? behind(before, one) - AS_BY_CHANCE : 0;
      before = one;
    }
    return twice / 2.0;
  }

  /** Whether there is a digit with letters on both sides. */
  boolean hasDigitInside() {
    int from = 0;
    int to = word.length;
    while (from < to && isDigit(word[from])) {
      from++;
    }
    while (from < to && isDigit(word[to - 1])) {
      to--;
    }
    for (int i = from; i < to; i++) {
      if (isDigit(word[i])) {
        return true;
      }
    }
    return false;
  }

  private static char meant(byte b) {
    int sign = SIGNS.indexOf(b);
    return sign < 0 ? (char) small(b) : MEANT.charAt(sign);
  }
}
