package dev.gatekeeper.fingerprint.print;

import java.util.Arrays;

/**
 * How hard a word is to guess, for who knows how people make values: the cheapest of all ways to
 * put it together out of words, digits that mean something, walks over a keyboard, repeats, and
 * text that was encoded. It goes by form and knows no dictionary, so each run of letters that could
 * be a word is taken for one.
 */
final class Guess {
  /** What people think up, be it ever so long, counts no more than this above what is drawn. */
  private static final double MOST_THOUGHT_UP = 30;

  /** Above so many bits of likeness letters are those of words: of 24 that are drawn one in 8. */
  private static final double LIKE_WORDS = -10;

  /** A word is one of a few hundred: flat, however long it is. */
  private static final double WORD = 11;

  private static final double TWO_LETTERS = 9;
  private static final double THREE_LETTERS = 11;

  /** Three letters without a vowel are seldom a word. */
  private static final double THREE_CONSONANTS = 14;

  /** A date, a year and a day, the end of a telephone number. */
  private static final double NUMBER = 10;

  private static final double REPEAT = 6;
  private static final double STEP = 1;
  private static final double TURN = 2.5;

  /** A digit that stands for a letter. */
  private static final double DISGUISE = 2;

  /** Letters of a word that are large and small in turn. */
  private static final int IRREGULAR = 5;

  private static final int REPEATED = 4;
  private static final int DIGITS = 3;
  private static final int LAGS = 6;
  private static final double LOG_2 = Math.log(2);

  /**
   * The estimate of one word without signs in it: what it holds if it is drawn at random, but no
   * more than {@code beyond} above what the cheapest way to think it up costs.
   */
  static int bits(byte[] word, int beyond) {
    Making making = new Making(word);
    return (int) Math.min(making.uniform(), making.bits() + beyond);
  }

  /** One word, and what the cheapest way to each of its places costs. */
  private static final class Making {
    private final byte[] word;
    private final Letters letters;
    private final double each;
    private final boolean hex;

    /** Of what people think up; of what seems to be drawn; and both, by which a way is chosen. */
    private final double[] thought;

    private final double[] drawn;

    Making(byte[] word) {
      this.word = word;
      this.letters = new Letters(word);
      this.hex = Hexadecimal.isUniform(word);
      this.each = Math.log(alphabet(word)) / LOG_2;
      this.thought = new double[word.length + 1];
      this.drawn = new double[word.length + 1];
      Arrays.fill(thought, Double.POSITIVE_INFINITY);
      thought[0] = 0;
      for (int at = 0; at < word.length; at++) {
        single(at);
        word(at);
        repeat(at);
        if (!hex) {
          number(at);
          walk(at);
          disguised(at);
        }
      }
    }

    double uniform() {
      return word.length * each;
    }

    double bits() {
      if (!hex && letters.likeness() > LIKE_WORDS) {
        return MOST_THOUGHT_UP;
      }
      double random = drawn[word.length];
      double most = MOST_THOUGHT_UP + (hex || letters.hasDigitInside() ? random : 0);
      return Math.min(thought[word.length], most) + random;
    }

    private void reach(int from, int to, double human, double random) {
      double all = thought[from] + human + drawn[from] + random;
      if (all < thought[to] + drawn[to]) {
        thought[to] = thought[from] + human;
        drawn[to] = drawn[from] + random;
      }
    }

    private void single(int at) {
      if (isCounting(at)) {
        reach(at, at + 1, STEP, 0);
      } else if (!hex && Letters.isDigit(word[at]) && letters.isBesideWord(at)) {
        reach(at, at + 1, Math.log(10) / LOG_2, 0);
      } else {
        reach(at, at + 1, 0, each);
      }
    }

    /** aaa, abc, 321; also each second character, a1b2c3 or q1w2e3, and so on. */
    private boolean isCounting(int at) {
      for (int lag = 1; lag <= LAGS && at - 2 * lag >= 0; lag++) {
        int step = word[at] - word[at - lag];
        if (lag > 1 && Keyboard.isLine(word[at - 2 * lag], word[at - lag], word[at])) {
          return true;
        }
        if (step >= -2 && step <= 2 && step == word[at - lag] - word[at - 2 * lag]) {
          return true;
        }
      }
      return false;
    }

    private void word(int at) {
      int to = letters.wordFrom(at);
      int length = to - at;
      boolean vowel = letters.hasVowel(at, to);
      if (length > 3) {
        reach(at, to, WORD, 0);
      } else if (!hex && length == 3) {
        reach(at, to, vowel ? THREE_LETTERS : THREE_CONSONANTS, 0);
      } else if (!hex && length == 2 && vowel) {
        reach(at, to, TWO_LETTERS, 0);
      }
      int other = letters.alternatingFrom(at);
      if (other - at >= IRREGULAR) {
        reach(at, other, WORD, 0);
      }
    }

    private void number(int at) {
      int to = at;
      while (to < word.length && Letters.isDigit(word[to])) {
        to++;
        if (to - at >= DIGITS) {
          reach(at, to, NUMBER, 0);
        }
      }
    }

    private void disguised(int at) {
      for (Letters.Disguised one : letters.disguisedFrom(at)) {
        reach(at, one.end(), WORD + DISGUISE * one.signs(), 0);
      }
    }

    private void walk(int at) {
      int[] steps = Keyboard.walk(word, at);
      if (steps.length > 0) {
        int to = at + 1 + steps[0] + steps[1];
        double first = isCounting(at) ? STEP : each;
        reach(at, to, first + STEP * steps[0] + TURN * steps[1], 0);
      }
    }

    private void repeat(int at) {
      int longest = 0;
      for (int before = 0; before < at; before++) {
        int same = 0;
        while (at + same < word.length
            && before + same < at
            && Letters.small(word[before + same]) == Letters.small(word[at + same])) {
          same++;
        }
        longest = Math.max(longest, same);
      }
      if (longest >= REPEATED) {
        reach(at, at + longest, REPEAT, 0);
      }
    }
  }

  /** How many characters there are of the kinds that turn up. */
  private static int alphabet(byte[] word) {
    boolean lower = false;
    boolean upper = false;
    boolean digit = false;
    boolean other = false;
    boolean hex = true;
    for (byte b : word) {
      hex &= b >= 0 && Character.digit(b, 16) >= 0;
      lower |= b < 0 || (b >= 'a' && b <= 'z');
      upper |= b >= 'A' && b <= 'Z';
      digit |= Letters.isDigit(b);
      other |= b > 0 && !Character.isLetterOrDigit(b);
    }
    if (hex && digit && lower != upper) {
      return 16;
    }
    return Math.max(1, (lower ? 26 : 0) + (upper ? 26 : 0) + (digit ? 10 : 0) + (other ? 32 : 0));
  }
}
