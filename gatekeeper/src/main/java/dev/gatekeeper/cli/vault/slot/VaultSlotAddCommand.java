package dev.gatekeeper.cli.vault.slot;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.vault.team.TeamMembers;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SlotKeyFile;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.Base64Url;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatekeeper vault slot add LABEL}. */
@Command(
    name = "add",
    description = {
      "Add a way into the vault.",
      "A passphrase proves presence: it changes the vault and signs trust. A recipient reads every"
          + " secret, and nothing more. So does the keyring of the system, for every program of"
          + " yours while it is unlocked: gatekeeper vault slot add keyring"
    })
final class VaultSlotAddCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "LABEL", description = "For whom or what it is, e.g. paper, ci.")
  private String label = "";

  @ArgGroup(multiplicity = "0..1")
  private Kind kind = new Kind();

  @Option(
      names = "--new-file",
      paramLabel = "FILE",
      description = "An owner-only file with the further passphrase, instead of the terminal.")
  private @Nullable Path file;

  /** What opens the slot. */
  static final class Kind {
    @Option(names = "--passphrase", description = "A further passphrase.")
    private boolean passphrase;

    @Option(names = "--keyring", description = "The keyring of the system; understood by LABEL.")
    private boolean keyring;

    @Option(
        names = "--recipient",
        paramLabel = "KEY",
        description = "Whoever holds the private half of this X25519 key, in base64url.")
    private @Nullable String recipient;

    @Option(
        names = "--key-file",
        paramLabel = "FILE",
        description =
            "A recipient with a new key, whose private half is written into FILE, for a machine"
                + " on which GATEKEEPER_SLOT_KEY_FILE names it.")
    private @Nullable Path keyFile;
  }

  @Option(
      names = "--team",
      description = "Let somebody open the repository's vault; the key is their identity.")
  private boolean team;

  VaultSlotAddCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (file != null && !kind.passphrase) {
      throw CommandFailure.usage(
          "--new-file is for a further passphrase",
          "gatekeeper vault slot add LABEL --passphrase --new-file FILE");
    }
    if (team) {
      if (kind.recipient == null) {
        throw CommandFailure.usage(
            "a team's vault has recipients only",
            "gatekeeper vault slot add --team LABEL --recipient IDENTITY");
      }
      return new TeamMembers(console).add(label, kind.recipient);
    }
    PersonalVault personal = PersonalVault.of(console);
    personal.refuseAgents("vault slot add");
    if (kind.keyFile != null) {
      return addWithFile(personal, console.directory().resolve(kind.keyFile));
    }
    boolean named = kind.passphrase || kind.recipient != null;
    boolean keyring = kind.keyring || (!named && label.equals("keyring"));
    if (!named && !keyring) {
      throw CommandFailure.usage(
          "what is to open it? --passphrase, --recipient KEY, --key-file FILE or --keyring",
          "gatekeeper vault slot add --help");
    }
    byte[] recipient = kind.recipient == null ? new byte[0] : key(kind.recipient);
    try (OpenVault vault = personal.open();
        AuditLog log = personal.log()) {
      vault.recordingTo(personal.recording(log, vault));
      if (keyring) {
        KeyringSlot.add(vault, label, console);
      } else if (kind.recipient == null) {
        try (Passphrase further = NewPassphrase.ask(file)) {
          vault.addPassphraseSlot(label, further, Argon2Cost.DEFAULT);
        }
      } else {
        vault.addRecipientSlot(label, recipient);
      }
    }
    console
        .out()
        .println(
            "Added "
                + label
                + (keyring
                    ? ": sessions open the vault while your keyring is unlocked."
                    : kind.recipient == null
                        ? ": this passphrase opens the vault too."
                        : ": whoever holds that key reads every secret in the vault."));
    return 0;
  }

  /** The file first: of a crash between the two a key is left that opens nothing. */
  private int addWithFile(PersonalVault personal, Path target)
      throws CommandFailure, VaultException, IOException {
    SealKeyPair pair = SealKeyPair.generate();
    try (OpenVault vault = personal.open();
        AuditLog log = personal.log()) {
      vault.recordingTo(personal.recording(log, vault));
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw CommandFailure.no(
            Console.printable(target.toString()) + " is there already", "name a new file");
      }
      SlotKeyFile.create(target, pair);
      boolean added = false;
      try {
        vault.addRecipientSlot(label, pair.publicKey());
        added = true;
      } finally {
        if (!added) {
          Files.deleteIfExists(target);
        }
      }
    } finally {
      pair.wipe();
    }
    console
        .out()
        .println(
            "Added " + label + ": whoever can read that file reads every secret in the vault.");
    console
        .out()
        .println(
            "Where it is used: GATEKEEPER_SLOT_KEY_FILE=" + Console.printable(target.toString()));
    return 0;
  }

  private static byte[] key(String text) throws CommandFailure {
    try {
      return Base64Url.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "that is no public key in base64url", "gatekeeper vault slot add --help");
    }
  }
}
