package dev.gatekeeper.cli.console;

import dev.gatekeeper.pin.PinException;
import dev.gatekeeper.pin.Witness;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultException;
import dev.gatekeeper.vault.VaultFile;

/**
 * Signs by the key of the trust store, which the vault's passphrase opens; what it signs starts
 * with a text of its own, so that it is never taken for an entry of that store.
 */
public final class PersonalWitness implements Witness {
  private final PersonalVault personal;

  public PersonalWitness(PersonalVault personal) {
    this.personal = personal;
  }

  @Override
  public byte[] sign(byte[] statement) throws PinException {
    try {
      personal.refuseAgents("recording a program that you can change");
      try (OpenVault vault = personal.open()) {
        return vault.signTrust(statement);
      }
    } catch (CommandFailure e) {
      throw new PinException(e.what(), e.hint().orElse(""));
    } catch (VaultException e) {
      throw new PinException(String.valueOf(e.getMessage()), e.hint().orElse(""));
    }
  }

  @Override
  public boolean verifies(byte[] statement, byte[] signature) {
    return verifies(personal.file(), statement, signature);
  }

  /** By the public half in the header of {@code file}; asks nobody. */
  public static boolean verifies(VaultFile file, byte[] statement, byte[] signature) {
    try {
      return file.exists() && file.header().verifiesTrust(statement, signature);
    } catch (VaultException e) {
      return false;
    }
  }
}
