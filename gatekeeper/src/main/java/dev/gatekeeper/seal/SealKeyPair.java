package dev.gatekeeper.seal;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/**
 * An X25519 key pair (RFC 7748), both halves as 32 bytes. Final, without {@code toString}: the
 * private half leaves only through {@link #unsafePrivateKey}.
 */
public final class SealKeyPair {
  /** Bytes of either half. */
  public static final int KEY_BYTES = 32;

  private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

  /** RFC 7748 section 4.1. */
  private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  private final byte[] publicKey;
  private final byte[] privateKey;

  private SealKeyPair(byte[] publicKey, byte[] privateKey) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /** A fresh pair from the system's random source. */
  public static SealKeyPair generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
      return new SealKeyPair(
          bytes((XECPublicKey) pair.getPublic()),
          ((XECPrivateKey) pair.getPrivate()).getScalar().orElseThrow());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("X25519 is part of every JDK", e);
    }
  }

  /**
   * The pair of a private half; the public half is computed, not trusted.
   *
   * @throws IllegalArgumentException where the length is not 32
   */
  public static SealKeyPair of(byte[] private32) {
    if (private32.length != KEY_BYTES) {
      throw new IllegalArgumentException("private key of " + private32.length + " bytes, not 32");
    }
    try {
      // The public half is X25519(private, 9), RFC 7748 section 6.1: a key agreement with the base.
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(privateKey(private32));
      agreement.doPhase(
          KeyFactory.getInstance("X25519")
              .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE_POINT)),
          true);
      return new SealKeyPair(agreement.generateSecret(), private32.clone());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("X25519 with its own base point cannot fail", e);
    }
  }

  /** A copy of the public half. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** A copy of the private half. The caller wipes it. */
  public byte[] unsafePrivateKey() {
    return privateKey.clone();
  }

  /** Overwrites the private half. The pair must not be used to open anything afterwards. */
  public void wipe() {
    Arrays.fill(privateKey, (byte) 0);
  }

  /**
   * Whether a public half is spelled as its owner computes it: below the prime, without the unused
   * bit. What is sealed to another spelling binds that one, and does not open.
   */
  public static boolean isCanonical(byte[] public32) {
    return public32.length == KEY_BYTES
        && new BigInteger(1, reversed(public32)).compareTo(PRIME) < 0;
  }

  static PrivateKey privateKey(byte[] private32) throws GeneralSecurityException {
    return KeyFactory.getInstance("X25519")
        .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, private32));
  }

  static PublicKey publicKey(byte[] public32) throws GeneralSecurityException {
    byte[] bigEndian = reversed(public32);
    bigEndian[0] &= 0x7f; // RFC 7748 section 5: the unused bit is ignored.
    return KeyFactory.getInstance("X25519")
        .generatePublic(
            new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian)));
  }

  private static byte[] bytes(XECPublicKey key) {
    BigInteger u = requireNonNull(key.getU());
    byte[] bigEndian = new byte[KEY_BYTES];
    byte[] magnitude = u.toByteArray(); // u < 2^255: never longer than 32 bytes
    System.arraycopy(magnitude, 0, bigEndian, KEY_BYTES - magnitude.length, magnitude.length);
    return reversed(bigEndian);
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }
}
