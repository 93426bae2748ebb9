package dev.gatekeeper.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KEM;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * RFC 9180 HPKE, single-shot, base mode: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001,
 * AES-256-GCM 0x0002.
 *
 * <p>Only the holder of the private half opens a sealed message, and only whole, under the same
 * {@code info} and {@code aad}; every altered byte fails. It does <em>not</em> say who sealed it:
 * base mode has no sender authentication.
 *
 * <p>To seal, the key encapsulation is the JDK's {@code DHKEM}; the key schedule of section 5.1 is
 * here, since the JDK has none yet.
 */
public final class Seal {
  /** Bytes by which a sealed message is longer than its plaintext: encapsulated key and tag. */
  public static final int OVERHEAD_BYTES = SealKeyPair.KEY_BYTES + 16;

  private static final byte[] VERSION = "HPKE-v1".getBytes(US_ASCII);
  private static final byte[] SUITE = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, 0x02};
  private static final byte[] KEM_SUITE = {'K', 'E', 'M', 0x00, 0x20};
  private static final byte[] NONE = {};
  private static final int SHARED_BYTES = 32;
  private static final int AEAD_KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private Seal() {}

  /**
   * Seals {@code plaintext} to a public key.
   *
   * @return encapsulated key (32 bytes) followed by ciphertext and tag
   * @throws IllegalArgumentException where the public key is not 32 bytes, or is a point of small
   *     order, to which nothing can be sealed
   */
  public static byte[] to(byte[] publicKey32, byte[] info, byte[] aad, byte[] plaintext) {
    requireKey(publicKey32);
    try {
      KEM.Encapsulated sent;
      try {
        sent =
            KEM.getInstance("DHKEM")
                .newEncapsulator(SealKeyPair.publicKey(publicKey32))
                .encapsulate();
      } catch (GeneralSecurityException | ProviderException e) {
        throw new IllegalArgumentException("not an X25519 public key to seal to");
      }
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, sent.key(), info);
      cipher.updateAAD(aad);
      byte[] sealed = Arrays.copyOf(sent.encapsulation(), plaintext.length + OVERHEAD_BYTES);
      cipher.doFinal(plaintext, 0, plaintext.length, sealed, SealKeyPair.KEY_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("HPKE is built from what every JDK has", e);
    }
  }

  /**
   * Opens what {@link #to} made.
   *
   * @throws SealException for anything but an unaltered message under these very inputs
   */
  public static byte[] open(byte[] privateKey32, byte[] info, byte[] aad, byte[] sealed)
      throws SealException {
    requireKey(privateKey32);
    if (sealed.length < OVERHEAD_BYTES) {
      throw new SealException("sealed message of " + sealed.length + " bytes is too short");
    }
    try {
      SecretKey shared = decapsulate(privateKey32, Arrays.copyOf(sealed, SealKeyPair.KEY_BYTES));
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, shared, info);
      cipher.updateAAD(aad);
      return cipher.doFinal(sealed, SealKeyPair.KEY_BYTES, sealed.length - SealKeyPair.KEY_BYTES);
    } catch (GeneralSecurityException | ProviderException e) {
      throw new SealException("sealed message does not open with this key");
    }
  }

  /**
   * RFC 9180 section 4.1, Decap. The JDK's takes ten times as long, and verification of a log opens
   * a key for each thousand records.
   */
  private static SecretKey decapsulate(byte[] privateKey32, byte[] enc)
      throws GeneralSecurityException, SealException {
    byte[] dh = new byte[X25519.POINT_SIZE];
    byte[] own = new byte[X25519.POINT_SIZE];
    try {
      if (!X25519.calculateAgreement(privateKey32, 0, enc, 0, dh, 0)) {
        throw new SealException("sealed message does not open with this key");
      }
      X25519.generatePublicKey(privateKey32, 0, own, 0);
      KDF hkdf = KDF.getInstance("HKDF-SHA256");
      SecretKey prk = extract(hkdf, KEM_SUITE, NONE, "eae_prk", dh);
      byte[] shared = expand(hkdf, KEM_SUITE, prk, "shared_secret", concat(enc, own), SHARED_BYTES);
      try {
        return new SecretKeySpec(shared, "Generic");
      } finally {
        Arrays.fill(shared, (byte) 0);
      }
    } finally {
      Arrays.fill(dh, (byte) 0);
    }
  }

  /** RFC 9180 section 5.1, KeySchedule in mode_base, then the cipher for sequence number 0. */
  private static Cipher cipher(int mode, SecretKey shared, byte[] info)
      throws GeneralSecurityException {
    KDF hkdf = KDF.getInstance("HKDF-SHA256");
    byte[] pskIdHash = extract(hkdf, SUITE, NONE, "psk_id_hash", NONE).getEncoded();
    byte[] infoHash = extract(hkdf, SUITE, NONE, "info_hash", info).getEncoded();
    byte[] context = concat(new byte[] {0x00}, pskIdHash, infoHash);
    byte[] dh = shared.getEncoded();
    SecretKey secret = extract(hkdf, SUITE, dh, "secret", NONE);
    byte[] key = expand(hkdf, SUITE, secret, "key", context, AEAD_KEY_BYTES);
    byte[] nonce = expand(hkdf, SUITE, secret, "base_nonce", context, NONCE_BYTES);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      return cipher;
    } finally {
      Arrays.fill(dh, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  /** LabeledExtract of section 4. */
  private static SecretKey extract(KDF hkdf, byte[] suite, byte[] salt, String label, byte[] ikm)
      throws GeneralSecurityException {
    byte[] labeled = concat(VERSION, suite, label.getBytes(US_ASCII), ikm);
    HKDFParameterSpec.Builder builder = HKDFParameterSpec.ofExtract().addIKM(labeled);
    if (salt.length > 0) {
      builder.addSalt(salt);
    }
    return hkdf.deriveKey("Generic", builder.extractOnly());
  }

  /** LabeledExpand of section 4. */
  private static byte[] expand(
      KDF hkdf, byte[] suite, SecretKey prk, String label, byte[] info, int length)
      throws InvalidAlgorithmParameterException {
    byte[] labeled =
        concat(
            new byte[] {(byte) (length >> 8), (byte) length},
            VERSION,
            suite,
            label.getBytes(US_ASCII),
            info);
    return hkdf.deriveData(HKDFParameterSpec.expandOnly(prk, labeled, length));
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static void requireKey(byte[] key) {
    if (key.length != SealKeyPair.KEY_BYTES) {
      throw new IllegalArgumentException("X25519 key of " + key.length + " bytes, not 32");
    }
  }
}
