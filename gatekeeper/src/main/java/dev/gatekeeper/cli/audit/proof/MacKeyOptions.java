package dev.gatekeeper.cli.audit.proof;

import dev.gatekeeper.audit.verify.AuditReport;
import dev.gatekeeper.audit.verify.AuditVerifier;
import dev.gatekeeper.audit.verify.CannotJudge;
import dev.gatekeeper.audit.verify.mac.MacKeyOpener;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.trust.auditor.KeyFile;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --key} and {@code --key-file}: by whose private half MACs are checked, if by any. */
final class MacKeyOptions {
  @Option(
      names = "--key",
      description = {
        "Open the vault and check the MACs as well: of your own log, and of one whose owner made"
            + " you",
        "an auditor (audit auditor add)."
      })
  private boolean key;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description =
          "Check the MACs by the private half in FILE, which audit auditor key made; needs no"
              + " vault.")
  private @Nullable Path file;

  boolean isAny() {
    return key || file != null;
  }

  /** One of both: a report does not tell by which of two keys a MAC was checked. */
  void requireOne() throws CommandFailure {
    if (key && file != null) {
      throw CommandFailure.usage(
          "--key is your vault's, --key-file that of one who has none",
          "gatekeeper audit verify --key-file FILE BUNDLE");
    }
  }

  /** Where no key of a log opened. */
  CommandFailure nothingOpened() {
    return file == null
        ? CommandFailure.cannotJudge(
            "no MAC was checked: no key of this log is sealed to your vault, or to you as an"
                + " auditor",
            "without --key the chain and its signatures are judged, and were sound")
        : CommandFailure.cannotJudge(
            "no MAC was checked: no key of this log is sealed to that of "
                + Console.printable(file.toString()),
            "without --key-file the chain and its signatures are judged, and were sound");
  }

  AuditReport verify(Console console, AuditVerifier verifier, Path log)
      throws IOException, VaultException, CannotJudge, CommandFailure {
    if (file != null) {
      SealKeyPair pair = KeyFile.read(console.directory().resolve(file));
      try {
        return verifier.opener(MacKeyOpener.holding(pair)).verify(log);
      } finally {
        pair.wipe();
      }
    }
    return key ? withVault(console, verifier, log) : verifier.verify(log);
  }

  private static AuditReport withVault(Console console, AuditVerifier verifier, Path log)
      throws IOException, VaultException, CannotJudge, CommandFailure {
    VaultFile vault = VaultFile.in(Home.locate(console.environment()));
    if (!vault.exists()) {
      throw CommandFailure.cannotJudge(
          "--key opens MAC keys by your vault, and you have none",
          "an auditor types gatekeeper audit auditor key FILE and sends what it prints, then"
              + " gatekeeper audit verify --key-file FILE; or gatekeeper vault init, and sends what"
              + " gatekeeper vault identity prints");
    }
    Optional<Passphrase> asked = console.passphrases().ask("passphrase of the vault", false);
    if (asked.isEmpty()) {
      throw CommandFailure.cannotJudge(
          "--key needs the passphrase of the vault",
          "gatekeeper audit verify checks without a key");
    }
    try (Passphrase passphrase = asked.get();
        OpenVault open = vault.open(passphrase)) {
      try (OwnMacKeys keys = OwnMacKeys.of(open)) {
        return verifier.opener(keys).verify(log);
      }
    }
  }
}
