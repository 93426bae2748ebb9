package dev.gatekeeper.seal;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ed25519 signatures (RFC 8032) over raw 32-byte keys.
 *
 * <p>A seed is given to the JDK as it is: its key factory would take 50 ms of a process's start.
 */
public final class Ed25519 {
  public static final int KEY_BYTES = 32;
  public static final int SIGNATURE_BYTES = 64;

  private static final String NAME = "Ed25519";

  /** Of the group that the base point makes. */
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("14def9dea2f79cd65812631a5cf5d3ed", 16));

  private Ed25519() {}

  /** A fresh pair: public half, then private seed. */
  public static byte[][] generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(NAME).generateKeyPair();
      byte[] encoded = pair.getPublic().getEncoded(); // RFC 8410: its end is the key itself
      byte[] publicKey = new byte[KEY_BYTES];
      System.arraycopy(encoded, encoded.length - KEY_BYTES, publicKey, 0, KEY_BYTES);
      return new byte[][] {
        publicKey, ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow()
      };
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Ed25519 is part of every JDK", e);
    }
  }

  /** The signature of a message under a private seed. */
  public static byte[] sign(byte[] seed, byte[] message) {
    try {
      Signature signature = Signature.getInstance(NAME);
      signature.initSign(new PrivateKey(seed));
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Ed25519 signs anything with any seed of 32 bytes", e);
    }
  }

  /**
   * Whether the signature is the message's, by the private half of this public key (RFC 8032
   * section 5.1.7, without the cofactor, as the JDK does it). Of a number, a point or a key that is
   * written in a second way nothing verifies.
   *
   * <p>By code of our own: nothing in it is secret, an agent waits for two signatures, and in a
   * process that has just begun the JDK's takes 40 ms of both processors for each.
   */
  public static boolean verifies(byte[] publicKey, byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES || publicKey.length != KEY_BYTES) {
      return false;
    }
    byte[] r = Arrays.copyOf(signature, KEY_BYTES);
    BigInteger s = number(Arrays.copyOfRange(signature, KEY_BYTES, SIGNATURE_BYTES));
    Optional<Point> key = Point.decode(publicKey);
    if (key.isEmpty() || s.compareTo(ORDER) >= 0) {
      return false;
    }
    BigInteger k = number(hash(r, publicKey, message)).mod(ORDER);
    return Arrays.equals(Point.sum(s, k, key.get().negated()).encode(), r);
  }

  private static byte[] hash(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("SHA-512 is part of every JDK", e);
    }
  }

  private static BigInteger number(byte[] littleEndian) {
    return new BigInteger(1, Point.reversed(littleEndian));
  }

  /** Without an encoding: nobody but the JDK's signature sees it. */
  private static final class PrivateKey implements EdECPrivateKey {
    private static final long serialVersionUID = 1;
    private final transient byte[] seed;

    PrivateKey(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public Optional<byte[]> getBytes() {
      return Optional.of(seed.clone());
    }

    @Override
    public NamedParameterSpec getParams() {
      return NamedParameterSpec.ED25519;
    }

    @Override
    public String getAlgorithm() {
      return NAME;
    }

    @Override
    public @Nullable String getFormat() {
      return null;
    }

    @Override
    public byte @Nullable [] getEncoded() {
      return null;
    }
  }
}
