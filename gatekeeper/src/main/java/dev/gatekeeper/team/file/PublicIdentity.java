package dev.gatekeeper.team.file;

import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a person gives to teammates: the key that they seal to, and the key by which they know what
 * the person wrote. Nothing in it is secret, but that it is this person's has to be compared over a
 * channel that an attacker does not write.
 *
 * @param sealKey X25519, canonical base64url
 * @param signKey Ed25519, canonical base64url
 */
public record PublicIdentity(String sealKey, String signKey) {
  private static final String PREFIX = "gk1-";
  private static final int FINGERPRINT_BYTES = 10; // 80 bits: nobody searches for a second one

  /** Reads what {@link #text} wrote. */
  public static PublicIdentity parse(String text) throws VaultException {
    try {
      byte[] both = Base64Url.parse(text.strip().substring(PREFIX.length()));
      if (text.strip().startsWith(PREFIX) && both.length == 2 * SealKeyPair.KEY_BYTES) {
        return new PublicIdentity(
            Base64Url.of(Arrays.copyOf(both, SealKeyPair.KEY_BYTES)),
            Base64Url.of(Arrays.copyOfRange(both, SealKeyPair.KEY_BYTES, both.length)));
      }
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      // Said below: not what it contains.
    }
    throw new VaultException(
        "that is no public identity: it begins with " + PREFIX + " and has 90 characters",
        "on the other side: gatekeeper vault identity");
  }

  /** One word, to be sent. */
  public String text() {
    return PREFIX + Base64Url.of(both());
  }

  /** Five groups of four, to be read out over the telephone. */
  public String fingerprint() {
    String hex =
        HexFormat.of()
            .formatHex(Arrays.copyOf(Bytes.sha256("identity", both()), FINGERPRINT_BYTES));
    return hex.replaceAll("(....)(?=.)", "$1 ");
  }

  private byte[] both() {
    return Bytes.concat(Base64Url.parse(sealKey), Base64Url.parse(signKey));
  }
}
