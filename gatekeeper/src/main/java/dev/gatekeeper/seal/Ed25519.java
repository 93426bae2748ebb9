package dev.gatekeeper.seal;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ed25519 signatures (RFC 8032) over raw 32-byte keys.
 *
 * <p>Keys are given to the JDK as they are: its key factory would take 50 ms of a process's start
 * to tell an encoded key from a point.
 */
public final class Ed25519 {
  public static final int KEY_BYTES = 32;
  public static final int SIGNATURE_BYTES = 64;

  private static final String NAME = "Ed25519";
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

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
      Signature signature = Primitives.ed25519();
      signature.initSign(new PrivateKey(seed));
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Ed25519 signs anything with any seed of 32 bytes", e);
    }
  }

  /** Whether the signature is the message's, by the private half of this public key. */
  public static boolean verifies(byte[] publicKey, byte[] message, byte[] signature) {
    return new Verifier(publicKey).verifies(message, signature);
  }

  /**
   * Verifies signatures by one public key. Which point that is takes a quarter of the first
   * verification, and is found once. Thread-safe.
   */
  public static final class Verifier {
    private final byte[] publicKey;
    private @Nullable Signature ready;

    public Verifier(byte[] publicKey) {
      this.publicKey = publicKey.clone();
    }

    /** Whether the signature is the message's, by the private half of the public key. */
    public synchronized boolean verifies(byte[] message, byte[] signature) {
      if (signature.length != SIGNATURE_BYTES || publicKey.length != KEY_BYTES) {
        return false;
      }
      Signature verifier = ready;
      ready = null; // after a failure it may still hold this message
      try {
        if (verifier == null) {
          verifier = Primitives.ed25519();
          verifier.initVerify(new PublicKey(publicKey));
        }
        verifier.update(message);
        boolean holds = verifier.verify(signature);
        ready = verifier;
        return holds;
      } catch (GeneralSecurityException e) {
        return false; // not a point, or not a signature
      }
    }
  }

  /** Neither has an encoding: nobody but the JDK's signature sees them. */
  private abstract static class Key implements java.security.Key, EdECKey {
    private static final long serialVersionUID = 1;

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

  private static final class PublicKey extends Key implements EdECPublicKey {
    private static final long serialVersionUID = 1;
    private final transient EdECPoint point;

    /** RFC 8032 section 5.1.2: y, little-endian, and in the last bit whether x is odd. */
    PublicKey(byte[] key) throws GeneralSecurityException {
      byte[] y = new byte[KEY_BYTES];
      for (int i = 0; i < KEY_BYTES; i++) {
        y[i] = key[KEY_BYTES - 1 - i];
      }
      boolean odd = y[0] < 0;
      y[0] &= 0x7f;
      BigInteger number = new BigInteger(1, y);
      if (number.compareTo(P) >= 0) {
        throw new GeneralSecurityException("not a coordinate");
      }
      point = new EdECPoint(odd, number);
    }

    @Override
    public EdECPoint getPoint() {
      return point;
    }
  }

  private static final class PrivateKey extends Key implements EdECPrivateKey {
    private static final long serialVersionUID = 1;
    private final transient byte[] seed;

    PrivateKey(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public Optional<byte[]> getBytes() {
      return Optional.of(seed.clone());
    }
  }
}
