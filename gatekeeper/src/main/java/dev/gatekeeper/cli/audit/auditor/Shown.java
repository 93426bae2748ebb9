package dev.gatekeeper.cli.audit.auditor;

import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.team.file.PublicIdentity;
import dev.gatekeeper.trust.auditor.Auditor;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;

/**
 * An auditor as people send and compare them: the trust store keeps the keys, a team knows the form
 * of a person with a vault. Who has a key alone has it for both halves, and a word of another form:
 * nobody is to let them into a team, or give them a secret, which no command of theirs opens.
 */
final class Shown {
  private static final String KEY = "gka1-";

  private Shown() {}

  static String fingerprint(Auditor auditor) {
    return identity(auditor).fingerprint();
  }

  static PublicIdentity identity(Auditor auditor) {
    return new PublicIdentity(auditor.sealKey(), auditor.signKey());
  }

  static PublicIdentity ofKey(byte[] public32) {
    return new PublicIdentity(Base64Url.of(public32), Base64Url.of(public32));
  }

  /** Whether they have a key file, and no vault. */
  static boolean isKey(PublicIdentity person) {
    return person.sealKey().equals(person.signKey());
  }

  /** One word, to be sent. */
  static String word(PublicIdentity person) {
    return isKey(person) ? KEY + person.sealKey() : person.text();
  }

  /** Reads what {@link #word} wrote. */
  static PublicIdentity parse(String word) throws VaultException {
    String text = word.strip();
    if (!text.startsWith(KEY)) {
      return PublicIdentity.parse(text);
    }
    try {
      byte[] key = Base64Url.parse(text.substring(KEY.length()));
      if (key.length == SealKeyPair.KEY_BYTES) {
        return ofKey(key);
      }
    } catch (IllegalArgumentException e) {
      // Said below: not what it contains.
    }
    throw new VaultException(
        "that is no key of an auditor: it begins with " + KEY + " and has 48 characters",
        "on the other side: gatekeeper audit auditor key FILE");
  }
}
