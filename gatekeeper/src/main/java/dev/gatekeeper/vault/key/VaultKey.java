package dev.gatekeeper.vault.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.kernel.LockedMemory;
import dev.gatekeeper.seal.Primitives;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The random 256-bit key from which every other key of one vault is derived. Held off heap, wiped
 * at {@link #close}; it never leaves but through {@link #unsafeCopy}, to be sealed to a slot.
 */
public final class VaultKey implements AutoCloseable {
  public static final int BYTES = 32;

  private static final String LABEL = "gatekeeper-vault/1/";

  private final LockedMemory bytes;

  private VaultKey(LockedMemory bytes) {
    this.bytes = bytes;
  }

  /** A fresh one, from the system's random source. */
  public static VaultKey generate() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return taking(random);
  }

  /** Takes {@code key32} over: it is wiped. */
  public static VaultKey taking(byte[] key32) {
    if (key32.length != BYTES) {
      throw new IllegalArgumentException("vault key of " + key32.length + " bytes, not 32");
    }
    return new VaultKey(LockedMemory.taking(key32));
  }

  /** The key itself, to be wiped by the caller. */
  public byte[] unsafeCopy() {
    return bytes.unsafeCopy();
  }

  /**
   * HKDF-SHA256 (RFC 5869) with an empty salt; info is {@code gatekeeper-vault/1/PURPOSE}, a zero
   * byte, and each context preceded by its length in 4 bytes, so that no two uses share a key.
   */
  public byte[] derive(String purpose, byte[]... context) {
    byte[] key = bytes.unsafeCopy();
    try {
      return derive(key, LABEL + purpose, context);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * The same from another key.
   *
   * @param key stays the caller's to wipe
   * @param label stands before the zero byte
   */
  public static byte[] derive(byte[] key, String label, byte[]... context) {
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    info.writeBytes((label + "\0").getBytes(UTF_8));
    for (byte[] part : context) {
      info.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
      info.writeBytes(part);
    }
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract().addIKM(key).thenExpand(info.toByteArray(), BYTES));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("HKDF-SHA256 is part of JDK 25", e);
    }
  }

  /** HMAC-SHA256 over the text of a header. */
  public byte[] mac(byte[] header) {
    byte[] key = derive("header");
    try {
      Mac mac = Primitives.hmacSha256();
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(header);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("HMAC-SHA256 is part of every JDK", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  @Override
  public void close() {
    bytes.close();
  }
}
