package dev.gatekeeper.fingerprint.print;

import dev.gatekeeper.redaction.Strength;
import java.util.HashSet;
import java.util.Set;

/**
 * The part of a value that is hard to guess: its strongest word, since of an address, a host or a
 * file of settings the rest is known or written beside it.
 *
 * <p>Estimated lower than {@link Strength} does, because who has the key of fingerprints guesses
 * without anybody seeing it: what looks like words counts two bits a letter, what repeats or counts
 * up one, hyphens and known prefixes nothing.
 *
 * @param start in the value
 * @param end in the value
 * @param bits about so many
 */
public record RandomPart(int start, int end, int bits) {
  /** What must be left to guess, in bits, to who knows what {@link Windows} keeps. */
  public static final int LEAST_BITS = 80;

  private static final double LOG_2 = Math.log(2);

  /** Bits of a letter of a word: some thousand words of five or six letters. */
  private static final int WORD = 2;

  /** So many letters of one case make a word; fewer where there is not a digit among them. */
  private static final int LETTERS = 6;

  private static final int LETTERS_ALONE = 3;

  /** That of a value; of one without any, bits are 0. */
  public static RandomPart of(byte[] value) {
    int from = Strength.prefix(value);
    RandomPart best = new RandomPart(from, from, 0);
    for (int start = from; start < value.length; ) {
      int end = start;
      while (end < value.length && !divides(value[end])) {
        end++;
      }
      if (end - start >= Windows.BYTES) {
        int bits = bits(value, start, end);
        best = bits > best.bits ? new RandomPart(start, end, bits) : best;
      }
      start = end + 1;
    }
    return best;
  }

  /** Whether fingerprints of it may be kept. */
  public boolean isStrong() {
    return bits - Windows.KEPT_BITS - Windows.START_BITS >= LEAST_BITS;
  }

  /**
   * The window with the most different bytes, the last of equals, since prefixes are common; -1
   * where there is none.
   *
   * @param clean whether it must be one that is looked at in every text
   */
  int window(byte[] value, boolean clean) {
    int best = -1;
    int most = -1;
    for (int at = start; at + Windows.BYTES <= end; at++) {
      int different = distinct(value, at, Windows.BYTES);
      if (different >= most && (!clean || isClean(Windows.word(value, at)))) {
        most = different;
        best = at;
      }
    }
    return best;
  }

  private static boolean isClean(long word) {
    return Windows.marks(word) == 0 && (Windows.starts(word) & 0x80) != 0;
  }

  private static int distinct(byte[] value, int from, int length) {
    int different = 0;
    for (int i = from; i < from + length; i++) {
      int before = from;
      while (value[before] != value[i]) {
        before++;
      }
      different += before == i ? 1 : 0;
    }
    return different;
  }

  private static boolean divides(byte b) {
    return b >= 0 && (b <= ' ' || ".:@/?&#,;=\"'(){}[]<>|\\".indexOf(b) >= 0);
  }

  private static int bits(byte[] value, int start, int end) {
    double each = alphabet(value, start, end);
    boolean[] words = words(value, start, end);
    Set<Integer> seen = new HashSet<>();
    double sum = 0;
    for (int i = start; i < end; i++) {
      boolean third = i >= start + 2;
      if (third && (isStep(value, i) || !seen.add(three(value, i)))) {
        sum += 1;
      } else if (words[i - start]) {
        sum += Math.min(WORD, each);
      } else if (value[i] != '-' && value[i] != '_') {
        sum += each;
      }
    }
    return (int) sum;
  }

  /** aaa, abc, 321. */
  private static boolean isStep(byte[] value, int at) {
    int step = value[at] - value[at - 1];
    return step >= -1 && step <= 1 && step == value[at - 1] - value[at - 2];
  }

  private static int three(byte[] value, int at) {
    return (value[at - 2] & 0xff) << 16 | (value[at - 1] & 0xff) << 8 | (value[at] & 0xff);
  }

  /**
   * Which bytes belong to runs of letters of one case, a capital in front of small ones included.
   */
  private static boolean[] words(byte[] value, int start, int end) {
    boolean[] words = new boolean[end - start];
    boolean digits = false;
    for (int i = start; i < end; i++) {
      digits |= value[i] >= '0' && value[i] <= '9';
    }
    int least = digits ? LETTERS : LETTERS_ALONE;
    for (int from = start; from < end; ) {
      int to = from + 1;
      int kind = kind(value[from]);
      if (kind == 'A' && to < end && kind(value[to]) == 'a') {
        kind = 'a';
      }
      while (to < end && kind != 0 && kind(value[to]) == kind) {
        to++;
      }
      for (int i = from; i < to && to - from >= least; i++) {
        words[i - start] = true;
      }
      from = to;
    }
    return words;
  }

  private static int kind(byte b) {
    return b >= 'a' && b <= 'z' ? 'a' : b >= 'A' && b <= 'Z' ? 'A' : 0;
  }

  /** Bits of a character of the kinds that turn up. */
  private static double alphabet(byte[] value, int start, int end) {
    int size = 0;
    boolean hex = true;
    Set<String> kinds = new HashSet<>();
    for (int i = start; i < end; i++) {
      byte b = value[i];
      if (b == '-' || b == '_') {
        continue;
      }
      hex &= Character.digit(b, 16) >= 0;
      String kind = kind(b) == 'a' ? "lower" : kind(b) == 'A' ? "upper" : "other";
      kinds.add(b >= '0' && b <= '9' ? "digit" : kind);
    }
    if (hex && kinds.size() == 2 && kinds.contains("digit")) {
      return 4;
    }
    for (String kind : kinds) {
      size += kind.equals("digit") ? 10 : kind.equals("other") ? 32 : 26;
    }
    return Math.log(Math.max(size, 1)) / LOG_2;
  }
}
