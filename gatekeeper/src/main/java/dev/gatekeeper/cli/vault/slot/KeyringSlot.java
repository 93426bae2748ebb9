package dev.gatekeeper.cli.vault.slot;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.keyring.Keyring;
import dev.gatekeeper.keyring.KeyringException;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SlotInfo;
import dev.gatekeeper.vault.text.VaultException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The slot whose key lies in the keyring of the system: the slot and the key come and go together.
 */
final class KeyringSlot {
  private static final String KIND = "keyring";

  private KeyringSlot() {}

  /** Adds the slot, and gives its key to the keyring; without the one there is not the other. */
  static void add(OpenVault vault, String label, Console console)
      throws CommandFailure, VaultException {
    Optional<SlotInfo> known =
        vault.header().slotInfos().stream().filter(slot -> slot.kind().equals(KIND)).findFirst();
    if (known.isPresent()) {
      throw CommandFailure.no(
          "the vault has a keyring slot: " + known.get().label(),
          "gatekeeper vault slot remove " + known.get().label());
    }
    String id = vault.header().id();
    Keyring keyring = Keyring.of(console.environment());
    try {
      keyring.find(id).ifPresent(key -> Arrays.fill(key, (byte) 0)); // before anything is changed
    } catch (KeyringException e) {
      throw failure(e);
    }
    byte[] key = vault.addKeyringSlot(label);
    try {
      keyring.keep(id, key);
    } catch (KeyringException e) {
      vault.removeSlot(label);
      throw failure(e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static CommandFailure failure(KeyringException e) {
    return CommandFailure.cannotJudge(String.valueOf(e.getMessage()), e.hint());
  }

  /** Whether a slot is one. */
  static boolean is(OpenVault vault, String label) throws VaultException {
    return vault.header().slotInfos().stream()
        .anyMatch(slot -> slot.kind().equals(KIND) && slot.label().equals(label));
  }

  /** Removes the key of a slot that is gone: it opens nothing any more. */
  static void forget(OpenVault vault, Console console) throws VaultException {
    try {
      Keyring.of(console.environment()).forget(vault.header().id());
    } catch (KeyringException e) {
      console
          .err()
          .println("gatekeeper: the keyring still has the key, which opens nothing: " + e.hint());
    }
  }
}
