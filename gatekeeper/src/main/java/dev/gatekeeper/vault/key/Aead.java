package dev.gatekeeper.vault.key;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM (NIST SP 800-38D): a random 96-bit nonce, the ciphertext, a 128-bit tag. */
public final class Aead {
  /** Bytes by which sealed is longer than plain. */
  public static final int OVERHEAD_BYTES = 12 + 16;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Aead() {}

  /** Seals under a key that is wiped on the way out. */
  public static byte[] seal(byte[] wipedKey, byte[] aad, byte[] plaintext) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, wipedKey, nonce, aad);
      byte[] sealed = Arrays.copyOf(nonce, plaintext.length + OVERHEAD_BYTES);
      cipher.doFinal(plaintext, 0, plaintext.length, sealed, NONCE_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM is part of every JDK", e);
    } finally {
      Arrays.fill(wipedKey, (byte) 0);
    }
  }

  /** The plaintext; empty for anything that {@link #seal} did not make of these very inputs. */
  public static Optional<byte[]> open(byte[] wipedKey, byte[] aad, byte[] sealed) {
    try {
      if (sealed.length < OVERHEAD_BYTES) {
        return Optional.empty();
      }
      Cipher cipher =
          cipher(Cipher.DECRYPT_MODE, wipedKey, Arrays.copyOf(sealed, NONCE_BYTES), aad);
      return Optional.of(cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM is part of every JDK", e);
    } finally {
      Arrays.fill(wipedKey, (byte) 0);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] aad)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(aad);
    return cipher;
  }
}
