package dev.gatekeeper.cli.vault.slot;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.passphrase.Terminal;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A passphrase that the vault does not know yet: typed twice at the terminal, or read from a file
 * of its own. Never from where the present passphrase comes from: that one opens.
 */
final class NewPassphrase {
  private NewPassphrase() {}

  /**
   * The passphrase, to be closed by the caller.
   *
   * @param file owner-only, as {@code --new-file} names it
   */
  static Passphrase ask(@Nullable Path file) throws CommandFailure, VaultException {
    PassphraseSource source =
        file == null
            ? new Terminal()
            : PassphraseSource.nonInteractive(
                Map.of(PassphraseSource.FILE_VARIABLE, file.toAbsolutePath().toString()));
    Optional<Passphrase> asked = source.ask("New passphrase", true);
    return asked.orElseThrow(
        () ->
            file == null
                ? CommandFailure.cannotJudge(
                    "the new passphrase is needed, and there is no terminal to ask for it",
                    "type this in a terminal, or name an owner-only file: --new-file FILE")
                : CommandFailure.no(
                    "the file of --new-file is not there",
                    "write the new passphrase to it (chmod 600)"));
  }
}
