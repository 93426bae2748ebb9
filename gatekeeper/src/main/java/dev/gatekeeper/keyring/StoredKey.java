package dev.gatekeeper.keyring;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** A key as a keyring holds it: base64, since it may be shown to a person as text. */
final class StoredKey {
  private StoredKey() {}

  /** Text, to be wiped. */
  static byte[] print(byte[] key) {
    return Base64.getEncoder().encode(key);
  }

  /** The key, to be wiped; empty where the text is none of ours. One line end does not count. */
  static Optional<byte[]> parse(byte[] text) {
    int end = text.length > 0 && text[text.length - 1] == '\n' ? text.length - 1 : text.length;
    byte[] line = Arrays.copyOf(text, end);
    try {
      return end == 0 ? Optional.empty() : Optional.of(Base64.getDecoder().decode(line));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }

  /** A keyring that says that it kept a key is asked for it. */
  static void checkKept(Keyring keyring, String vault, byte[] key) throws KeyringException {
    Optional<byte[]> kept = keyring.find(vault);
    boolean same = kept.isPresent() && MessageDigest.isEqual(kept.get(), key);
    kept.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
    if (!same) {
      throw new KeyringException(
          "the keyring did not keep the key", "unlock the keyring, and type this again");
    }
  }
}
