package dev.gatekeeper.login.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.key.VaultKey;
import dev.gatekeeper.vault.text.Base64Url;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The key of one login: 32 random bytes, which lie in the vault as base64url. A login that is made
 * anew has another one, so a file of an earlier login opens to nothing. Held off heap.
 */
public final class LoginKey implements AutoCloseable {
  private static final int BYTES = 32;

  private final SecretValue text;

  private LoginKey(SecretValue text) {
    this.text = text;
  }

  /** A fresh one. */
  public static LoginKey generate() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    byte[] text = Base64Url.of(random).getBytes(US_ASCII);
    Arrays.fill(random, (byte) 0);
    return new LoginKey(SecretValue.taking(text));
  }

  /**
   * The key in the vault.
   *
   * @param text is wiped
   * @return empty where it is no such key: a person put something else under its name
   */
  public static Optional<LoginKey> taking(byte[] text) {
    SecretValue value = SecretValue.taking(text);
    LoginKey key = new LoginKey(value);
    if (key.bytes().isPresent()) {
      return Optional.of(key);
    }
    value.close();
    return Optional.empty();
  }

  /** As it lies in the vault; it stays this object's to close. */
  public SecretValue value() {
    return text;
  }

  /**
   * HKDF-SHA256 (RFC 5869) with an empty salt; info is {@code gatekeeper-login/1/tokens}, a zero
   * byte, and each context preceded by its length in 4 bytes.
   */
  byte[] derive(String... context) {
    byte[][] parts =
        Arrays.stream(context).map(each -> each.getBytes(UTF_8)).toArray(byte[][]::new);
    byte[] key = bytes().orElseThrow();
    try {
      return VaultKey.derive(key, LoginText.VERSION + "/tokens", parts);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private Optional<byte[]> bytes() {
    byte[][] parsed = new byte[1][];
    text.revealTo(
        ascii -> {
          try {
            parsed[0] = Base64Url.parse(new String(ascii, US_ASCII));
          } catch (IllegalArgumentException e) {
            parsed[0] = new byte[0];
          }
        });
    return parsed[0].length == BYTES ? Optional.of(parsed[0]) : Optional.empty();
  }

  @Override
  public void close() {
    text.close();
  }
}
