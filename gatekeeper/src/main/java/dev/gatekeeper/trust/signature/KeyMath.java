package dev.gatekeeper.trust.signature;

import dev.gatekeeper.seal.Ed25519;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.RSAPublicKeySpec;

/** The arithmetic behind a key of SSH. */
sealed interface KeyMath {
  /** Whether a signature of this algorithm is the message's. */
  boolean verifies(String algorithm, byte[] message, byte[] signature) throws SignatureException;

  /** Reads the numbers of a key of {@code type}. */
  static KeyMath read(String type, SshBytes in) throws SignatureException {
    return switch (type) {
      case Edwards.NAME -> Edwards.read(in);
      case Nist256.NAME -> Nist256.read(in);
      case Rsa.NAME -> Rsa.read(in);
      case "ssh-dss" -> throw new SignatureException("is a DSA key, which is too weak");
      default -> throw new SignatureException("is a key of the unknown type " + type);
    };
  }

  /** RFC 8709. */
  final class Edwards implements KeyMath {
    static final String NAME = "ssh-ed25519";
    private final byte[] key;

    private Edwards(byte[] key) {
      this.key = key;
    }

    static Edwards read(SshBytes in) throws SignatureException {
      byte[] key = in.string();
      if (key.length != Ed25519.KEY_BYTES) {
        throw new SignatureException("is a key of an odd length");
      }
      return new Edwards(key);
    }

    @Override
    public boolean verifies(String algorithm, byte[] message, byte[] signature) {
      return algorithm.equals(NAME) && Ed25519.verifies(key, message, signature);
    }
  }

  /** ECDSA over P-256 with SHA-256 (RFC 5656). */
  final class Nist256 implements KeyMath {
    static final String NAME = "ecdsa-sha2-nistp256";
    private static final int HALF = 32; // bytes of a coordinate, and of half a signature
    private final PublicKey key;

    private Nist256(PublicKey key) {
      this.key = key;
    }

    static Nist256 read(SshBytes in) throws SignatureException {
      String curve = in.name();
      byte[] point = in.string();
      if (!curve.equals("nistp256") || point.length != 1 + 2 * HALF || point[0] != 4) {
        throw new SignatureException("is a key of another curve or form");
      }
      BigInteger x = new BigInteger(1, point, 1, HALF);
      BigInteger y = new BigInteger(1, point, 1 + HALF, HALF);
      try {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec curveOf = parameters.getParameterSpec(ECParameterSpec.class);
        if (!isOn(curveOf.getCurve(), x, y)) {
          throw new SignatureException("is a key that is no point of its curve");
        }
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new Nist256(factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curveOf)));
      } catch (GeneralSecurityException e) {
        throw new AssertionError("P-256 is part of every JDK", e);
      }
    }

    private static boolean isOn(EllipticCurve curve, BigInteger x, BigInteger y) {
      BigInteger p = ((ECFieldFp) curve.getField()).getP();
      BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
      return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
    }

    @Override
    public boolean verifies(String algorithm, byte[] message, byte[] signature)
        throws SignatureException {
      if (!algorithm.equals(NAME)) {
        return false;
      }
      SshBytes in = new SshBytes(signature);
      BigInteger r = in.positive();
      BigInteger s = in.positive();
      in.end();
      if (r.bitLength() > 8 * HALF || s.bitLength() > 8 * HALF) {
        return false;
      }
      byte[] both = new byte[2 * HALF];
      place(r, both, HALF);
      place(s, both, 2 * HALF);
      return verifier("SHA256withECDSAinP1363Format", key, message, both);
    }

    /** Big-endian, so that its last byte stands before {@code end}. */
    private static void place(BigInteger number, byte[] into, int end) {
      byte[] bytes = number.toByteArray();
      int length = Math.min(bytes.length, HALF);
      System.arraycopy(bytes, bytes.length - length, into, end - length, length);
    }
  }

  /** RSASSA-PKCS1-v1_5 with SHA-2 (RFC 8332); with SHA-1 it counts for nothing. */
  final class Rsa implements KeyMath {
    static final String NAME = "ssh-rsa";
    private static final int LEAST_BITS = 2048;
    private static final int MOST_BITS = 16_384;
    private final PublicKey key;
    private final int bytes;

    private Rsa(PublicKey key, int bytes) {
      this.key = key;
      this.bytes = bytes;
    }

    static Rsa read(SshBytes in) throws SignatureException {
      BigInteger exponent = in.positive();
      BigInteger modulus = in.positive();
      if (modulus.bitLength() < LEAST_BITS || modulus.bitLength() > MOST_BITS) {
        throw new SignatureException("is an RSA key of " + modulus.bitLength() + " bits");
      }
      try {
        PublicKey key =
            KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        return new Rsa(key, (modulus.bitLength() + 7) / 8);
      } catch (GeneralSecurityException e) {
        throw new SignatureException("is an RSA key with odd numbers");
      }
    }

    @Override
    public boolean verifies(String algorithm, byte[] message, byte[] signature) {
      String name =
          switch (algorithm) {
            case "rsa-sha2-512" -> "SHA512withRSA";
            case "rsa-sha2-256" -> "SHA256withRSA";
            default -> "";
          };
      return !name.isEmpty()
          && signature.length == bytes
          && verifier(name, key, message, signature);
    }
  }

  private static boolean verifier(String name, PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(name);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // not a signature of this form
    }
  }
}
