package dev.gatekeeper.pin;

import dev.gatekeeper.pin.cache.PinException;

/**
 * Proof that a person recorded something on this machine. What lies in a file of the user, each of
 * the user's processes can write; a signature that takes a passphrase they cannot make.
 */
public interface Witness {
  /**
   * Signs, which takes the passphrase.
   *
   * @throws PinException where the person does not give it, or there is no vault
   */
  byte[] sign(byte[] statement) throws PinException;

  /** Whether {@link #sign} made it, on this machine, for the same bytes. Asks nobody. */
  boolean verifies(byte[] statement, byte[] signature);
}
