package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.seal.SealException;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.team.file.TeamIdentity;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Optional;

/**
 * The private halves of a person: the vault's, to which their own log seals its MAC keys, and that
 * of their identity, to which the logs of others do whose auditor they are.
 */
final class OwnMacKeys implements MacKeyOpener, AutoCloseable {
  private final SealKeyPair own;
  private final Optional<TeamIdentity> identity;

  private OwnMacKeys(SealKeyPair own, Optional<TeamIdentity> identity) {
    this.own = own;
    this.identity = identity;
  }

  static OwnMacKeys of(OpenVault vault) throws VaultException {
    Optional<TeamIdentity> identity = TeamIdentity.ofPresent(vault);
    return new OwnMacKeys(vault.auditKeys(), identity);
  }

  @Override
  public Optional<byte[]> open(String label, byte[] info, byte[] aad, byte[] ciphertext) {
    // Whatever the label: it proves nothing, and another verifier does not ask for it.
    Optional<byte[]> opened = MacKeyOpener.holding(own).open(label, info, aad, ciphertext);
    if (opened.isPresent()) {
      return opened;
    }
    try {
      return identity.isPresent()
          ? Optional.of(identity.get().openElsewhere(info, aad, ciphertext))
          : Optional.empty();
    } catch (SealException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    own.wipe();
    identity.ifPresent(TeamIdentity::close);
  }
}
