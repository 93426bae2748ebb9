package dev.gatekeeper.fingerprint.print;

import dev.gatekeeper.seal.Primitives;
import dev.gatekeeper.vault.key.VaultKey;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one repository's fingerprints: random, of no vault, so that what is said of one
 * repository says nothing of another. Wiped at {@link #close}.
 */
public final class PrintKey implements AutoCloseable {
  public static final int BYTES = 32;

  private static final String LABEL = "gatekeeper-fingerprints/1/";
  private static final String HMAC = "HmacSHA256";

  private final byte[] key;

  private PrintKey(byte[] key) {
    this.key = key;
  }

  /** A fresh one. */
  public static PrintKey generate() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return new PrintKey(random);
  }

  /** Takes {@code key} over: it is wiped at the end. */
  static PrintKey taking(byte[] key) {
    return new PrintKey(key);
  }

  byte[] unsafeCopy() {
    return key.clone();
  }

  /** A key for this purpose alone, to be wiped by the caller. */
  byte[] derive(String purpose) {
    return VaultKey.derive(key, LABEL + purpose);
  }

  /** The hash by whose windows values are looked for. */
  public Windows windows() {
    return new Windows(mac("window"));
  }

  /** HMAC-SHA256 of whole values; for one thread. */
  public Mac values() {
    return mac("value");
  }

  private Mac mac(String purpose) {
    byte[] derived = derive(purpose);
    try {
      Mac mac = Primitives.hmacSha256();
      mac.init(new SecretKeySpec(derived, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("HMAC-SHA256 is part of every JDK", e);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  @Override
  public void close() {
    Arrays.fill(key, (byte) 0);
  }
}
