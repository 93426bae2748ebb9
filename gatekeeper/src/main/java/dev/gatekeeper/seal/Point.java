package dev.gatekeeper.seal;

import static dev.gatekeeper.seal.Field.add;
import static dev.gatekeeper.seal.Field.minus;
import static dev.gatekeeper.seal.Field.times;

import java.math.BigInteger;
import java.util.Optional;

/**
 * A point of edwards25519 in extended coordinates, by the formulas of RFC 8032 section 5.1: for
 * public points only, as {@link Field} is.
 */
final class Point {
  private static final long[] ZERO = Field.of(BigInteger.ZERO);
  private static final long[] ONE = Field.of(BigInteger.ONE);
  private static final long[] D =
      constant("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
  private static final long[] TWICE_D = add(D, D);
  private static final long[] ROOT_OF_MINUS_ONE =
      constant("2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0");

  static final Point BASE =
      affine(
          constant("216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a"),
          constant("6666666666666666666666666666666666666666666666666666666666666658"));

  private final long[] x;
  private final long[] y;
  private final long[] z;
  private final long[] t;

  private Point(long[] x, long[] y, long[] z, long[] t) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.t = t;
  }

  private static Point affine(long[] x, long[] y) {
    return new Point(x, y, ONE, times(x, y));
  }

  private static long[] constant(String hex) {
    return Field.of(new BigInteger(hex, 16));
  }

  /** Section 5.1.3; empty where the bytes are no point, or one written in a second way. */
  static Optional<Point> decode(byte[] encoded) {
    byte[] bigEndian = reversed(encoded);
    boolean odd = bigEndian[0] < 0;
    bigEndian[0] &= 0x7f;
    BigInteger number = new BigInteger(1, bigEndian);
    if (number.compareTo(Field.P) >= 0) {
      return Optional.empty();
    }
    long[] y = Field.of(number);
    long[] square = times(y, y);
    long[] u = minus(square, ONE);
    long[] v = add(times(D, square), ONE);
    long[] v3 = times(times(v, v), v);
    long[] v7 = times(times(v3, v3), v);
    long[] x = times(times(u, v3), Field.root(times(u, v7)));
    long[] check = times(v, times(x, x));
    if (!isZero(minus(check, u))) {
      if (!isZero(add(check, u))) {
        return Optional.empty();
      }
      x = times(x, ROOT_OF_MINUS_ONE);
    }
    BigInteger root = Field.number(x);
    if (root.signum() == 0 && odd) {
      return Optional.empty();
    }
    return Optional.of(affine(root.testBit(0) == odd ? x : times(minus(ZERO, x), ONE), y));
  }

  /** Section 5.1.2. */
  byte[] encode() {
    long[] inverse = Field.inverse(z);
    byte[] bytes = new byte[Ed25519.KEY_BYTES];
    byte[] number = Field.number(times(y, inverse)).toByteArray(); // below 2^255: no sign byte
    for (int i = 0; i < number.length; i++) {
      bytes[i] = number[number.length - 1 - i];
    }
    if (Field.number(times(x, inverse)).testBit(0)) {
      bytes[Ed25519.KEY_BYTES - 1] |= (byte) 0x80;
    }
    return bytes;
  }

  Point negated() {
    return new Point(minus(ZERO, x), y, z, minus(ZERO, t));
  }

  /** Section 5.1.4, for all pairs of points. */
  Point plus(Point other) {
    long[] a = times(minus(y, x), minus(other.y, other.x));
    long[] b = times(add(y, x), add(other.y, other.x));
    long[] c = times(times(t, TWICE_D), other.t);
    long[] zz = times(z, other.z);
    long[] d = add(zz, zz);
    long[] e = minus(b, a);
    long[] f = minus(d, c);
    long[] g = add(d, c);
    long[] h = add(b, a);
    return new Point(times(e, f), times(g, h), times(f, g), times(e, h));
  }

  private Point doubled() {
    long[] a = times(x, x);
    long[] b = times(y, y);
    long[] zz = times(z, z);
    long[] sum = add(x, y);
    long[] h = add(a, b);
    long[] e = minus(h, times(sum, sum));
    long[] g = minus(a, b);
    long[] f = add(add(zz, zz), g);
    return new Point(times(e, f), times(g, h), times(f, g), times(e, h));
  }

  /** {@code s} times the base point and {@code k} times another, bit by bit and both at once. */
  static Point sum(BigInteger s, BigInteger k, Point other) {
    Point both = BASE.plus(other);
    Point sum = new Point(ZERO, ONE, ONE, ZERO);
    for (int bit = Math.max(s.bitLength(), k.bitLength()) - 1; bit >= 0; bit--) {
      sum = sum.doubled();
      if (s.testBit(bit)) {
        sum = sum.plus(k.testBit(bit) ? both : BASE);
      } else if (k.testBit(bit)) {
        sum = sum.plus(other);
      }
    }
    return sum;
  }

  static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static boolean isZero(long[] number) {
    return Field.number(number).signum() == 0;
  }
}
