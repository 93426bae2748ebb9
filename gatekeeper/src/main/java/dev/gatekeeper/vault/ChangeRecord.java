package dev.gatekeeper.vault;

/** Where changes of a vault are recorded. */
public interface ChangeRecord {
  /**
   * Records, durably, what is about to be written.
   *
   * @throws VaultException where it cannot be recorded: then nothing is written
   */
  void before(Change change) throws VaultException;
}
