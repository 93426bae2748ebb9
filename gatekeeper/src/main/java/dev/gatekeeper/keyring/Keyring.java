package dev.gatekeeper.keyring;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One place for a key of each vault, open to every process of the user while the keyring is
 * unlocked: what lies there opens without a person and proves no presence.
 */
public interface Keyring {
  /**
   * The key of a vault, to be wiped by the caller; empty where the keyring has none.
   *
   * @param vault id of the vault
   * @throws KeyringException where nobody can say
   */
  Optional<byte[]> find(String vault) throws KeyringException;

  /**
   * Keeps a key, in place of the one before; when it returns, {@link #find} gives it.
   *
   * @throws KeyringException where it is not kept
   */
  void keep(String vault, byte[] key) throws KeyringException;

  /** Removes the key of a vault, if there is one. */
  void forget(String vault) throws KeyringException;

  /** The keyring of this system. */
  static Keyring of(Map<String, String> environment) {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac")
        ? new Keychain()
        : new SecretService(environment);
  }
}
