package dev.gatekeeper.vault;

import dev.gatekeeper.vault.text.VaultException;

/** Where changes of a vault are recorded. */
public interface ChangeRecord {
  /**
   * Records, durably, what is about to be written.
   *
   * @throws VaultException where it cannot be recorded: then nothing is written
   */
  void before(Change change) throws VaultException;

  /** Records that it was written. */
  default void after(Change change) {}

  /**
   * The highest generation of this vault that is known to have been written: the next one is above
   * it, so that a copy that a person has restored on purpose becomes the present vault with its
   * first change.
   */
  default long highest() throws VaultException {
    return 0;
  }
}
