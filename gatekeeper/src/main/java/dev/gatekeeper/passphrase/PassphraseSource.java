package dev.gatekeeper.passphrase;

import dev.gatekeeper.kernel.Kernel;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a passphrase comes from: {@link Terminal a person at the terminal}, {@link PassphraseFile a
 * file} or a descriptor. Never an environment value and never an argument: both are readable by
 * every process of the user.
 */
public interface PassphraseSource {
  /** Names the owner-only file that holds the passphrase. */
  String FILE_VARIABLE = "GATEKEEPER_PASSPHRASE_FILE";

  /** Holds the number of an open descriptor to read the passphrase from, 3 or above. */
  String DESCRIPTOR_VARIABLE = "GATEKEEPER_PASSPHRASE_FD";

  /**
   * The passphrase, to be closed by the caller; empty where this source has none to give.
   *
   * @param prompt what a person reads, without the colon
   * @param confirm whether a person types it twice, for a new vault
   * @throws VaultException where a source was named but cannot be trusted or read
   */
  Optional<Passphrase> ask(String prompt, boolean confirm) throws VaultException;

  /** The file or descriptor that {@code environment} names, without ever asking a person. */
  static PassphraseSource nonInteractive(Map<String, String> environment) {
    return firstOf(List.of(new PassphraseFile(environment), new PassphraseDescriptor(environment)));
  }

  /**
   * As {@link #nonInteractive}, else a person at the controlling terminal; where there is none, a
   * file that was named has to be there.
   */
  static PassphraseSource of(Map<String, String> environment) {
    return firstOf(
        List.of(
            nonInteractive(environment),
            new Terminal(),
            (prompt, confirm) -> PassphraseFile.demand(environment)));
  }

  /** The first source that has one. */
  static PassphraseSource firstOf(List<PassphraseSource> sources) {
    return (prompt, confirm) -> {
      Kernel.harden(); // before a passphrase is in memory; whoever asks gets that with it
      for (PassphraseSource source : sources) {
        Optional<Passphrase> passphrase = source.ask(prompt, confirm);
        if (passphrase.isPresent()) {
          return passphrase;
        }
      }
      return Optional.empty();
    };
  }
}
