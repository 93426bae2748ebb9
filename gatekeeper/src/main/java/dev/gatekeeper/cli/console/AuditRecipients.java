package dev.gatekeeper.cli.console;

import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Map;

/** To whom the audit log seals its MAC keys: neither the log nor the vault knows the other. */
public final class AuditRecipients {
  private AuditRecipients() {}

  /** The vault's audit key; nobody where there is no vault that can be read. */
  public static Map<String, byte[]> of(VaultFile vault) {
    if (!vault.exists()) {
      return Map.of();
    }
    try {
      return Map.of("vault", vault.header().auditPublicKey());
    } catch (VaultException e) {
      // The log must not depend on the vault's health; MACs of this epoch cannot be checked.
      return Map.of();
    }
  }
}
