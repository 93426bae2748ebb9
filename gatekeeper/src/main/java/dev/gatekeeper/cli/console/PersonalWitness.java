package dev.gatekeeper.cli.console;

import dev.gatekeeper.pin.Witness;
import dev.gatekeeper.pin.cache.PinException;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.VaultException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Signs by the key of the trust store, which the vault's passphrase opens; what it signs starts
 * with a text of its own, so that it is never taken for an entry of that store.
 *
 * <p>Where there is no vault, as in CI, what was signed counts while this process lives: a check of
 * the lock starts servers there, and no session has a list to serve.
 */
public final class PersonalWitness implements Witness {
  private final VaultFile file;
  private final Optional<PersonalVault> personal;
  private final byte[] ofThisProcess = new byte[32];

  private PersonalWitness(VaultFile file, Optional<PersonalVault> personal) {
    this.file = file;
    this.personal = personal;
    new SecureRandom().nextBytes(ofThisProcess);
  }

  /** Who can ask a person. */
  public static PersonalWitness of(PersonalVault personal) {
    return new PersonalWitness(personal.file(), Optional.of(personal));
  }

  /** Who can only say whether a person has signed. */
  public static PersonalWitness of(VaultFile file) {
    return new PersonalWitness(file, Optional.empty());
  }

  @Override
  public byte[] sign(byte[] statement) throws PinException {
    PersonalVault vaults =
        personal.orElseThrow(() -> new AssertionError("a session records no program"));
    if (!file.exists()) {
      return passing(statement);
    }
    try {
      vaults.refuseAgents("recording a program that you can change");
      try (OpenVault vault = vaults.open()) {
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
    try {
      return file.exists()
          ? file.header().verifiesTrust(statement, signature)
          : MessageDigest.isEqual(passing(statement), signature);
    } catch (VaultException e) {
      return false;
    }
  }

  private byte[] passing(byte[] statement) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(ofThisProcess);
      return hash.digest(statement);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
