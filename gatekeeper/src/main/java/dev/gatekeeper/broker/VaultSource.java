package dev.gatekeeper.broker;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.source.Source;
import dev.gatekeeper.source.SourceException;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.key.SecretValue;
import dev.gatekeeper.vault.text.VaultException;
import java.util.OptionalLong;

/** Values out of an open vault, which stays its owner's to close. */
final class VaultSource implements Source {
  private final String name;
  private final OpenSecrets vault;
  private final long generation;

  /**
   * @throws VaultException where it can no longer be read
   */
  VaultSource(String name, OpenSecrets vault) throws VaultException {
    this.name = name;
    this.vault = vault;
    this.generation = vault.header().generation();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public OptionalLong generation() {
    return OptionalLong.of(generation);
  }

  @Override
  public void require(Reference reference) throws SourceException {
    try {
      vault.info(reference.name());
    } catch (VaultException e) {
      throw translated(e);
    }
  }

  @Override
  public SecretValue reveal(Reference reference) throws SourceException {
    try {
      return vault.reveal(reference.name());
    } catch (VaultException e) {
      throw translated(e);
    }
  }

  @Override
  public String renewal(Reference reference) {
    return putting(reference);
  }

  /** What the vault says is to be typed where it has no such secret. */
  static String putting(Reference reference) {
    return "gatekeeper vault put " + reference.name();
  }

  private static SourceException translated(VaultException e) {
    return new SourceException(String.valueOf(e.getMessage()), e.hint());
  }
}
