package dev.gatekeeper.login.grant;

import dev.gatekeeper.vault.text.Base64Url;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Proof key for code exchange (RFC 7636), by S256 alone. Without {@code toString}. */
public final class Pkce {
  private final String verifier;

  Pkce(String verifier) {
    this.verifier = verifier;
  }

  /** 256 random bits. */
  public static Pkce generate() {
    return new Pkce(random());
  }

  /** 256 random bits as base64url: for what nobody may guess. */
  public static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64Url.of(bytes);
  }

  String verifier() {
    return verifier;
  }

  String challenge() {
    try {
      byte[] ascii = verifier.getBytes(StandardCharsets.US_ASCII);
      return Base64Url.of(MessageDigest.getInstance("SHA-256").digest(ascii));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("SHA-256 is part of every JDK", e);
    }
  }
}
