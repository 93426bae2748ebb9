package dev.gatekeeper.trust.auditor;

import dev.gatekeeper.seal.Seal;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.text.Base64Url;
import java.util.regex.Pattern;

/**
 * Somebody to whom the MAC keys of the log are sealed. Both keys are those of a person's public
 * identity: what it is compared by is made of both, and the first one alone is sealed to.
 *
 * @param name {@code [a-z0-9][a-z0-9._-]{0,31}}; the label in the log
 * @param sealKey X25519, 32 bytes, canonical base64url
 * @param signKey Ed25519, 32 bytes, canonical base64url
 * @param since ISO 8601 in UTC
 */
public record Auditor(String name, String sealKey, String signKey, String since) {
  /** The label of the vault's own key. */
  public static final String VAULT = "vault";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,31}");

  /**
   * Takes what the store says.
   *
   * @throws IllegalArgumentException where it is no name, or no key, without quoting it
   */
  public Auditor {
    if (!NAME.matcher(name).matches() || name.equals(VAULT)) {
      throw new IllegalArgumentException(
          "the name of an auditor has 1 to 32 of a-z 0-9 . _ - and is not '" + VAULT + "'");
    }
    if (Base64Url.parse(sealKey).length != SealKeyPair.KEY_BYTES
        || Base64Url.parse(signKey).length != SealKeyPair.KEY_BYTES) {
      throw new IllegalArgumentException("the keys of an auditor have 32 bytes each");
    }
  }

  /** What is sealed to. */
  public byte[] publicKey() {
    return Base64Url.parse(sealKey);
  }

  /**
   * Whether what is sealed to the key can be opened by anybody: not to a point of small order,
   * whose shared secret is nothing at all, nor to another spelling of a point, which its owner does
   * not know for their own.
   */
  public boolean opens() {
    if (!SealKeyPair.isCanonical(publicKey())) {
      return false;
    }
    try {
      byte[] none = {};
      return Seal.to(publicKey(), none, none, none).length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
