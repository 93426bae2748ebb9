package dev.gatekeeper.cli;

import dev.gatekeeper.trust.PinnedIdentity;
import dev.gatekeeper.trust.TrustException;
import dev.gatekeeper.trust.approval.Approvals;
import dev.gatekeeper.vault.Header;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The vault's trust key as this session found it at its start: a vault that is put in its place
 * later, with a key that an agent knows, approves nothing here.
 */
final class SessionTrustKey implements Approvals.TrustKey {
  private final VaultFile vault;
  private @Nullable Header header;
  private boolean read;

  SessionTrustKey(VaultFile vault) {
    this.vault = vault;
  }

  /** Reads the key, unless that was done before. */
  void prepare() {
    Optional<Header> _ = header();
  }

  @Override
  public boolean signed(byte[] statement, byte[] signature) {
    return header().stream().anyMatch(known -> known.verifiesTrust(statement, signature));
  }

  private synchronized Optional<Header> header() {
    if (!read) {
      header = found().orElse(null);
      read = true;
    }
    return Optional.ofNullable(header);
  }

  private Optional<Header> found() {
    try {
      if (!vault.exists()) {
        return Optional.empty();
      }
      Header found = vault.header();
      new PinnedIdentity().check(found);
      return Optional.of(found);
    } catch (VaultException | TrustException e) {
      return Optional.empty(); // nobody can have signed; the status says what is wrong
    }
  }
}
