package dev.gatekeeper.seal;

import java.math.BigInteger;

/**
 * Integers modulo p = 2^255 - 19, as ten limbs of 26 bits. What is computed shows in the time it
 * takes: for public numbers only.
 *
 * <p>A product is written out, without a loop: it is fast long before a compiler has seen it. Limbs
 * of a product are below 2^27; sums and differences of a few may be multiplied as they are, since
 * ten products of 2^29 by 2^29 are below 2^62.
 */
final class Field {
  static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  private static final int LIMBS = 10;
  private static final int BITS = 26;
  private static final long MASK = (1 << BITS) - 1;

  /** 2^260 modulo p: what a limb counts that is ten places up. */
  private static final long WRAP = 19 << 5;

  private Field() {}

  /** The limbs of a number below 2^260. */
  static long[] of(BigInteger number) {
    long[] limbs = new long[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] = number.shiftRight(BITS * i).longValue() & MASK;
    }
    return limbs;
  }

  /** The one representative that is at least 0 and below p. */
  static BigInteger number(long[] limbs) {
    BigInteger number = BigInteger.ZERO;
    for (int i = LIMBS - 1; i >= 0; i--) {
      number = number.shiftLeft(BITS).add(BigInteger.valueOf(limbs[i]));
    }
    return number.mod(P);
  }

  static long[] add(long[] a, long[] b) {
    long[] sum = new long[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }

  static long[] minus(long[] a, long[] b) {
    long[] difference = new long[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  static long[] times(long[] a, long[] b) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long a5 = a[5];
    long a6 = a[6];
    long a7 = a[7];
    long a8 = a[8];
    long a9 = a[9];
    long b0 = b[0];
    long b1 = b[1];
    long b2 = b[2];
    long b3 = b[3];
    long b4 = b[4];
    long b5 = b[5];
    long b6 = b[6];
    long b7 = b[7];
    long b8 = b[8];
    long b9 = b[9];
    long[] wide = new long[2 * LIMBS];
    wide[0] = a0 * b0;
    wide[1] = a0 * b1 + a1 * b0;
    wide[2] = a0 * b2 + a1 * b1 + a2 * b0;
    wide[3] = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
    wide[4] = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
    wide[5] = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
    wide[6] = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
    wide[7] = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
    wide[8] =
        a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
    wide[9] =
        a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1
            + a9 * b0;
    wide[10] =
        a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + a9 * b1;
    wide[11] = a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2;
    wide[12] = a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3;
    wide[13] = a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4;
    wide[14] = a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5;
    wide[15] = a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6;
    wide[16] = a7 * b9 + a8 * b8 + a9 * b7;
    wide[17] = a8 * b9 + a9 * b8;
    wide[18] = a9 * b9;
    carry(wide, 2 * LIMBS - 1);
    long[] product = new long[LIMBS];
    for (int i = 0; i < LIMBS; i++) {
      product[i] = wide[i] + WRAP * wide[i + LIMBS];
    }
    carry(product, LIMBS - 1);
    long over = product[LIMBS - 1] >> BITS;
    product[LIMBS - 1] &= MASK;
    product[0] += WRAP * over;
    product[1] += product[0] >> BITS;
    product[0] &= MASK;
    return product;
  }

  /** Brings the limbs below {@code last} into 26 bits; limbs may be negative before. */
  private static void carry(long[] limbs, int last) {
    for (int i = 0; i < last; i++) {
      limbs[i + 1] += limbs[i] >> BITS;
      limbs[i] &= MASK;
    }
  }

  /** To the power p - 2, which is 2^255 - 21. */
  static long[] inverse(long[] x) {
    long[] x11 = times(times(squared(x, 3), squared(x, 1)), x);
    return times(squared(ones(x, 250), 5), x11);
  }

  /** To the power (p - 5) / 8, which is 2^252 - 3. */
  static long[] root(long[] x) {
    return times(squared(ones(x, 250), 2), x);
  }

  /** To the power 2^n - 1. */
  private static long[] ones(long[] x, int n) {
    if (n == 1) {
      return x;
    }
    long[] half = ones(x, n / 2);
    long[] even = times(squared(half, n / 2), half);
    return n % 2 == 0 ? even : times(squared(even, 1), x);
  }

  private static long[] squared(long[] x, int times) {
    long[] square = x;
    for (int i = 0; i < times; i++) {
      square = times(square, square);
    }
    return square;
  }
}
