package dev.gatekeeper.fingerprint.print;

import dev.gatekeeper.redaction.Strength;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The part of a value that is hard to guess: the strongest word of its {@link Core}.
 *
 * <p>Estimated far lower than {@link Strength} does, because who has the key of fingerprints
 * guesses without anybody seeing it, and can guess the window apart from the rest: where a value
 * that people think up is taken for one that was drawn at random, nothing protects it. See {@link
 * Guess}.
 *
 * @param start in the value
 * @param end in the value
 * @param bits about so many
 */
public record RandomPart(int start, int end, int bits) {
  /** What must be left to guess, in bits, to who knows what {@link Windows} keeps. */
  public static final int LEAST_BITS = 80;

  /** A word is judged by so many of its bytes: what is longer is not better, and takes longer. */
  private static final int LONGEST_WORD = 192;

  /** How often what was encoded is decoded. */
  private static final int DEPTH = 4;

  /** What seems drawn counts so much more than what it costs to think it up. */
  private static final int BEYOND = 20;

  /** Behind the prefix of a provider, who draws what follows. */
  private static final int BEYOND_OF_A_PROVIDER = 36;

  /** A UUID of a time or a name: what is known of that is little. */
  private static final int TIME_OR_NAME = 60;

  /** That of a value; of one without any, bits are 0. */
  public static RandomPart of(byte[] value) {
    Core core = Core.of(value);
    byte[] counted = Arrays.copyOfRange(value, core.start(), core.end());
    RandomPart best = of(counted, Strength.prefix(counted), DEPTH);
    byte[] meant = withoutPercent(counted);
    int bits = meant.length < counted.length ? bits(meant, DEPTH) : best.bits;
    Arrays.fill(meant, (byte) 0);
    Arrays.fill(counted, (byte) 0);
    return new RandomPart(
        core.start() + best.start, core.start() + best.end, Math.min(bits, best.bits));
  }

  /** The bits of a text that was encoded, so often at most. */
  static int bits(byte[] text, int depth) {
    Core core = Core.of(text);
    return of(Arrays.copyOfRange(text, core.start(), core.end()), 0, depth).bits;
  }

  private static RandomPart of(byte[] value, int from, int depth) {
    RandomPart best = new RandomPart(from, from, 0);
    for (int start = from; start < value.length && !best.isStrong(); ) {
      int end = start;
      while (end < value.length && end - start < LONGEST_WORD && !divides(value[end])) {
        end++;
      }
      if (end - start >= Windows.BYTES || depth < DEPTH) {
        byte[] word = Arrays.copyOfRange(value, start, end);
        int bits = word(word, depth, start == from && from > 0 ? BEYOND_OF_A_PROVIDER : BEYOND);
        Arrays.fill(word, (byte) 0);
        best = bits > best.bits ? new RandomPart(start, end, bits) : best;
      }
      start = end == start || (end < value.length && divides(value[end])) ? end + 1 : end;
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

  /** As it stands, or as an encoding whose groups are divided by a sign: what is easier. */
  private static int word(byte[] word, int depth, int beyond) {
    int bits = joined(word, depth, beyond);
    for (int at = 0; at < word.length; at++) {
      boolean first = joins(word[at]) && !contains(word, at, word[at]);
      byte[] rest = first ? without(word, word[at], word[at]) : word;
      if (first && isMostlyText(rest, depth)) {
        bits = Math.min(bits, joined(rest, depth, beyond));
      }
    }
    return bits;
  }

  private static boolean contains(byte[] word, int to, byte b) {
    for (int i = 0; i < to; i++) {
      if (word[i] == b) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMostlyText(byte[] word, int depth) {
    int text = 0;
    for (int at = 0; at < word.length && depth > 0; ) {
      Encoded one = Encoded.longest(word, at);
      text += one == null ? 0 : one.end - at;
      at = one == null ? at + 1 : one.end;
    }
    return 2 * text > word.length;
  }

  /** All of it without hyphens, or one of the parts between them: what is harder. */
  private static int joined(byte[] word, int depth, int beyond) {
    if (Hexadecimal.isTimeOrName(word)) {
      return TIME_OR_NAME;
    }
    byte[] rest = new byte[word.length];
    int length = 0;
    int said = 0;
    for (int at = 0; at < word.length; ) {
      Encoded text = depth > 0 ? Encoded.longest(word, at) : null;
      if (text == null) {
        rest[length++] = word[at++];
      } else {
        said = Math.max(said, bits(text.text, depth - 1));
        at = text.end;
      }
    }
    return Math.max(said, parts(Arrays.copyOf(rest, length), beyond));
  }

  private static int parts(byte[] word, int beyond) {
    int best = 0;
    int parts = 0;
    for (int from = 0; from < word.length; ) {
      int to = from;
      while (to < word.length && !joins(word[to])) {
        to++;
      }
      best = Math.max(best, part(Arrays.copyOfRange(word, from, to), beyond));
      parts++;
      from = to + 1;
    }
    return parts <= 1 ? best : Math.max(best, part(letters(word), beyond));
  }

  /** Of a sign that is there again and again it is guessed that it stands between the others. */
  private static int part(byte[] part, int beyond) {
    int bits = Guess.bits(part, beyond);
    int sign = Hexadecimal.isUniform(part) ? -1 : frequent(part);
    return sign < 0 ? bits : Math.min(bits, Guess.bits(without(part, sign, sign), beyond));
  }

  private static boolean joins(byte b) {
    return b >= 0 && !Character.isLetterOrDigit(b);
  }

  private static int frequent(byte[] part) {
    for (byte b : part) {
      int count = 0;
      for (byte other : part) {
        count += other == b && b > 0 && !Character.isLetter(b) ? 1 : 0;
      }
      if (count >= 4 && 5 * count >= part.length) {
        return b;
      }
    }
    return -1;
  }

  private static byte[] letters(byte[] word) {
    byte[] rest = new byte[word.length];
    int length = 0;
    for (byte b : word) {
      if (!joins(b)) {
        rest[length++] = b;
      }
    }
    return Arrays.copyOf(rest, length);
  }

  private static byte[] without(byte[] word, int one, int other) {
    byte[] rest = new byte[word.length];
    int length = 0;
    for (byte b : word) {
      if (b != one && b != other) {
        rest[length++] = b;
      }
    }
    return Arrays.copyOf(rest, length);
  }

  private static byte[] withoutPercent(byte[] value) {
    ByteArrayOutputStream meant = new ByteArrayOutputStream();
    for (int i = 0; i < value.length; i++) {
      boolean escape =
          value[i] == '%' && i + 2 < value.length && value[i + 1] > 0 && value[i + 2] > 0;
      int high = escape ? Character.digit(value[i + 1], 16) : -1;
      int low = escape ? Character.digit(value[i + 2], 16) : -1;
      if (high >= 0 && low >= 0) {
        meant.write(high << 4 | low);
        i += 2;
      } else {
        meant.write(value[i]);
      }
    }
    return meant.toByteArray();
  }
}
