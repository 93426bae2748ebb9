package dev.gatekeeper.vault.text;

import java.util.Base64;

/** Base64url without padding (RFC 4648 section 5), in its one canonical form. */
public final class Base64Url {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private Base64Url() {}

  /** The text of {@code bytes}. */
  public static String of(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /**
   * The bytes of {@code text}.
   *
   * @throws IllegalArgumentException where the text is not what {@link #of} would write; Java's
   *     decoder alone accepts altered trailing bits
   */
  public static byte[] parse(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    if (!of(bytes).equals(text)) {
      throw new IllegalArgumentException("not canonical base64url");
    }
    return bytes;
  }
}
