package dev.gatekeeper.fingerprint.print;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.crypto.Mac;

/**
 * The hash by which a value is looked for first, of eight bytes of it: multiplied by a secret odd
 * number, of which the upper half of the product is mixed best. Every window of a text is hashed
 * anew, in three steps: eight bytes are one word, and a hash that rolls takes longer.
 */
public final class Windows {
  /** Bytes of a window. */
  public static final int BYTES = 8;

  /**
   * What is kept of a hash: so much it may tell of a value to who has the key, and {@link
   * RandomPart} takes it off. One place in 16 million passes for each fingerprint, and costs an
   * HMAC.
   */
  public static final int KEPT_BITS = 24;

  /** Bits that are known of the byte with which a window begins, see {@link #starts}. */
  static final int START_BITS = 2;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The bytes that no window of a strong value has: controls, the first signs, and no ASCII. */
  private static final int FIRST = '+';

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final long mask;
  private final long factor;

  Windows(Mac key) {
    ByteBuffer secret = ByteBuffer.wrap(key.doFinal(new byte[0]));
    mask = secret.getLong();
    factor = secret.getLong() | 1;
  }

  /** The eight bytes there, the first of them lowest. */
  public static long word(byte[] text, int at) {
    return (long) LONG.get(text, at);
  }

  /** The high bit of each byte that is in no window of a strong value. */
  public static long marks(long word) {
    return (~((word & ~HIGHS) + ONES * (0x80 - FIRST)) | word) & HIGHS;
  }

  /**
   * The high bit of each byte with which a window of a strong value may begin: those whose lowest
   * bits are zero, so that three of four places need no look.
   */
  public static long starts(long word) {
    return ~((word & ONES * ((1 << START_BITS) - 1)) + ~HIGHS) & HIGHS;
  }

  /** The hash of a window. */
  public long hash(long word) {
    return (word ^ mask) * factor;
  }

  /** What is kept of it. */
  public static int kept(long hash) {
    return (int) (hash >>> (64 - KEPT_BITS));
  }
}
