package dev.gatekeeper.team.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.seal.Ed25519;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;

/**
 * One person who opens a team's vault, and who says so: the signature of whoever let them in.
 *
 * @param label unique in a vault, for people
 * @param since the generation in which they came; who was removed can come again
 * @param voucher Ed25519 key of whoever let them in, canonical base64url; for the first member
 *     their own
 * @param vouch the signature, canonical base64url
 */
public record Member(
    String label, PublicIdentity identity, long since, String voucher, String vouch) {
  /** Somebody whom {@code by} lets in. */
  public static Member vouched(
      String vaultId, String label, PublicIdentity identity, long since, TeamIdentity by)
      throws VaultException {
    byte[] signature = by.sign(statement(vaultId, label, identity, since));
    return new Member(
        label, identity, since, by.publicIdentity().signKey(), Base64Url.of(signature));
  }

  /** Whether the voucher signed this; whether the voucher counts is another question. */
  public boolean isVouched(String vaultId) {
    return Ed25519.verifies(
        Base64Url.parse(voucher),
        statement(vaultId, label, identity, since),
        Base64Url.parse(vouch));
  }

  /** The words of all four are printable ASCII without spaces: one form, one meaning. */
  private static byte[] statement(
      String vaultId, String label, PublicIdentity identity, long since) {
    String text =
        String.join(
            " ", vaultId, label, identity.sealKey(), identity.signKey(), Long.toString(since));
    return Bytes.statement("member", text.getBytes(UTF_8));
  }
}
