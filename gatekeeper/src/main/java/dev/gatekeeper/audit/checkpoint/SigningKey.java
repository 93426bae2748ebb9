package dev.gatekeeper.audit.checkpoint;

import dev.gatekeeper.audit.record.Format;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/**
 * An Ed25519 key pair (RFC 8032). The first use in a process loads the JDK's implementation, which
 * takes some 100 ms: never on the way of a call.
 */
public final class SigningKey {
  private final byte[] seed;
  private final byte[] publicKey;

  /** Takes both arrays as its own. */
  public SigningKey(byte[] seed, byte[] publicKey) {
    this.seed = seed;
    this.publicKey = publicKey;
  }

  public static SigningKey generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      byte[] encoded = pair.getPublic().getEncoded();
      // RFC 8410: the key is the end of the SubjectPublicKeyInfo.
      return new SigningKey(
          seed, Arrays.copyOfRange(encoded, encoded.length - Format.HASH, encoded.length));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("the JDK has Ed25519", e);
    }
  }

  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Ed25519 signs anything", e);
    }
  }

  public byte[] publicKey() {
    return publicKey;
  }

  public byte[] unsafeSeed() {
    return seed;
  }
}
