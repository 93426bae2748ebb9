package dev.gatekeeper.vault;

/**
 * Proof that a person, or the passphrase that a person put in its place, is here: made only by
 * opening the vault with its passphrase in this process. A terminal, an ancestry of processes, a
 * flag or a file of another kind never makes one.
 */
public final class Presence {
  private final OpenVault vault;

  Presence(OpenVault vault) {
    this.vault = vault;
  }

  /**
   * The vault that was opened.
   *
   * @throws IllegalStateException where it is closed: the proof lasts as long as the vault is open
   */
  public OpenVault vault() {
    if (vault.isClosed()) {
      throw new IllegalStateException("the vault is closed: presence is over");
    }
    return vault;
  }
}
