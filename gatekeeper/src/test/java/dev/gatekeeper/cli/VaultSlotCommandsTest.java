package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.console.CommandFailure;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.OpenSecrets;
import dev.gatekeeper.vault.SlotKeyFile;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.text.Base64Url;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways into the vault, as a person types them. */
final class VaultSlotCommandsTest {
  @TempDir Path folder;
  private Path home;
  private Path passphrase;
  private Path next;

  @BeforeEach
  void create() throws IOException {
    home = folder.resolve("home");
    passphrase = secret("passphrase", "made-up passphrase of the tests");
    next = secret("next", "the next made-up passphrase");
    assertThat(command(passphrase).run("vault", "init").exit()).isZero();
    CommandRun put =
        command(passphrase)
            .input("made-up-value-of-a-token".getBytes(UTF_8))
            .run("vault", "put", "github/token");
    assertThat(put.exit()).isZero();
  }

  private Path secret(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private CommandRun command(Path opening) {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", home.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", opening.toString());
  }

  @Test
  void thePassphraseChanges() throws IOException {
    CommandRun run = command(passphrase).run("vault", "passphrase", "--new-file", next.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            Changed. The old passphrase opens nothing of the vault any more.
            Next: write the new passphrase to %s.
            Copies of the old file (backups) still open with it: whoever has both knows the \
            secrets of then, and the key that signs trust.
            """
                .formatted(passphrase));

    CommandRun old = command(passphrase).run("vault", "list");
    assertThat(old.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(old.err()).contains("the passphrase does not open the vault");
    assertThat(command(next).run("vault", "list").out()).contains("github/token");
    assertThat(log()).contains("\"reason\":\"passphrase\"").doesNotContain("made-up");
  }

  @Test
  void aSlotIsAddedListedAndRemoved() throws Exception {
    SealKeyPair ci = SealKeyPair.generate();
    String key = Base64Url.of(ci.publicKey());
    assertThat(command(passphrase).run("vault", "slot", "add", "ci", "--recipient", key).out())
        .isEqualTo("Added ci: whoever holds that key reads every secret in the vault.\n");
    CommandRun paper =
        command(passphrase)
            .run("vault", "slot", "add", "paper", "--passphrase", "--new-file", next.toString());
    assertThat(paper.out()).isEqualTo("Added paper: this passphrase opens the vault too.\n");

    CommandRun list = CommandRun.in(folder).with("GATEKEEPER_HOME", home.toString());
    assertThat(list.run("vault", "slot", "list").out())
        .containsPattern("passphrase  passphrase  [A-Za-z0-9_-]{43}\n")
        .contains("ci          recipient  " + key + "\n");
    assertThat(command(next).run("vault", "slot", "list", "--json").out())
        .contains("{\"label\":\"ci\",\"kind\":\"recipient\",\"public_key\":\"" + key + "\"}\n");
    try (OpenSecrets secrets = VaultFile.at(home.resolve("vault")).openAs(ci)) {
      assertThat(secrets.secrets()).hasSize(1);
    }

    assertThat(command(next).run("vault", "slot", "remove", "ci").out())
        .isEqualTo(
            """
            Removed ci. It opens nothing of the vault any more.
            It could open these until now. Replace each where it is valid, then
            gatekeeper vault put NAME:
              github/token
            """);
    assertThat(command(next).run("vault", "slot", "remove", "passphrase", "--json").out())
        .isEqualTo("{\"removed\":\"passphrase\",\"rotate\":[\"github/token\"]}\n");
    assertThat(command(passphrase).run("vault", "list").err())
        .contains("the passphrase does not open the vault");
    assertThat(log())
        .contains("\"slot-add recipient ci\"", "\"slot-add passphrase paper\"")
        .contains("\"slot-remove recipient ci\"", "\"slot-remove passphrase passphrase\"");
  }

  @Test
  void aKeyFileReadsSecretsAndProvesNothing() throws Exception {
    Path key = folder.resolve("ci-key");
    CommandRun added =
        command(passphrase).run("vault", "slot", "add", "ci", "--key-file", key.toString());
    assertThat(added.out())
        .isEqualTo(
            "Added ci: whoever can read that file reads every secret in the vault.\n"
                + "Where it is used: GATEKEEPER_SLOT_KEY_FILE="
                + key
                + "\n");
    assertThat(SlotKeyFile.open(VaultFile.at(home.resolve("vault")), key)).isPresent();
    CommandRun again =
        command(passphrase).run("vault", "slot", "add", "two", "--key-file", key.toString());
    assertThat(again.err()).contains("is there already");

    CommandRun alone =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", home.toString())
            .with("GATEKEEPER_SLOT_KEY_FILE", key.toString());
    assertThat(alone.run("vault", "slot", "add", "evil", "--recipient", "AA").exit()).isNotZero();
    assertThat(command(passphrase).run("vault", "slot", "list").out())
        .doesNotContain("evil", "two");
    CommandRun taken =
        command(passphrase)
            .run("vault", "slot", "add", "ci", "--key-file", folder.resolve("other").toString());
    assertThat(taken.exit()).isNotZero();
    assertThat(folder.resolve("other")).doesNotExist();
  }

  @Test
  void aRekeyedVaultOpensAsBefore() throws IOException {
    assertThat(command(passphrase).run("vault", "rekey").out())
        .isEqualTo("The vault has other keys. Opened as before by: passphrase (passphrase)\n");
    assertThat(command(passphrase).run("vault", "list").out()).contains("github/token");
    assertThat(log()).contains("\"reason\":\"rekey\"");
  }

  /** As docs/vault-format.md says: the two keys stay as long as the vault does, and go with it. */
  @Test
  void onlyAVaultThatIsMadeAnewHasAnotherTrustKey() throws IOException {
    Path vault = home.resolve("vault");
    List<String> keys = keys(vault);
    assertThat(command(passphrase).run("vault", "passphrase", "--new-file", next.toString()).exit())
        .isZero();
    assertThat(command(next).run("vault", "rekey").exit()).isZero();
    assertThat(keys(vault)).hasSize(2).isEqualTo(keys);

    Files.move(vault, folder.resolve("old"));
    assertThat(command(next).run("vault", "init").exit()).isZero();
    assertThat(keys(vault)).hasSize(2).doesNotContainAnyElementsOf(keys);
    assertThat(command(next).run("vault", "status").out())
        .contains("succession  the one that the log saw last");
    assertThat(
            command(next)
                .input("made-up-value-of-after".getBytes(UTF_8))
                .run("vault", "put", "github/token")
                .exit())
        .isZero();
  }

  private static List<String> keys(Path vault) throws IOException {
    return Files.readAllLines(vault).stream().filter(line -> line.startsWith("key ")).toList();
  }

  @Test
  void theLastPassphraseStays() {
    CommandRun run = command(passphrase).run("vault", "slot", "remove", "passphrase");
    assertThat(run.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(run.err()).contains("the only slot of a passphrase");
  }

  @Test
  void whatIsNoKeyIsNotRepeated() {
    CommandRun run = command(passphrase).run("vault", "slot", "add", "x", "--recipient", "made-up");
    assertThat(run.exit()).isEqualTo(CommandFailure.USAGE);
    assertThat(run.err()).doesNotContain("made-up");
    assertThat(command(passphrase).run("vault", "slot", "add", "x", "--recipient", "AAAA").err())
        .contains("that is no X25519 public key");
    assertThat(command(passphrase).run("vault", "slot", "add", "x").exit())
        .isEqualTo(CommandFailure.USAGE);
  }

  @Test
  void anAgentIsSentAway() {
    for (String[] line :
        new String[][] {
          {"vault", "passphrase"},
          {"vault", "rekey"},
          {"vault", "slot", "add", "x", "--passphrase"},
          {"vault", "slot", "remove", "x"}
        }) {
      CommandRun run = command(passphrase).with("CLAUDECODE", "1").run(line);
      assertThat(run.exit()).isEqualTo(CommandFailure.NO);
      assertThat(run.err()).contains("is for a person");
    }
  }

  @Test
  void aNewPassphraseThatOthersReadIsRefused() throws IOException {
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
    CommandRun run = command(passphrase).run("vault", "passphrase", "--new-file", next.toString());
    assertThat(run.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(run.err()).contains("readable or writable by others");
    assertThat(command(passphrase).run("vault", "list").exit()).isZero();
  }

  @Test
  void anOlderFileIsNoticedAndRefusedUntilAPersonMeansIt() throws IOException {
    Path vault = home.resolve("vault");
    byte[] older = Files.readAllBytes(vault);
    CommandRun put =
        command(passphrase)
            .input("made-up-value-of-after".getBytes(UTF_8))
            .run("vault", "put", "github/token");
    assertThat(put.exit()).isZero();
    CommandRun verified = command(passphrase).run("vault", "status", "--verify");
    assertThat(verified.out())
        .contains("generation  3\n", "succession  the one that the log saw last\n")
        .contains("verified    every byte of the file, and every value in it\n");
    assertThat(verified.exit()).isZero();

    Files.write(vault, older);
    CommandRun status = command(passphrase).run("vault", "status", "--json", "--verify");
    assertThat(status.exit()).isEqualTo(CommandFailure.NO);
    assertThat(status.out())
        .contains("\"generation\":2", "\"succession\":\"rolled-back\",\"verified\":true");
    for (String[] line :
        new String[][] {
          {"vault", "list"},
          {"vault", "rekey"},
          {"vault", "remove", "x"},
          {"vault", "open", "--for", "1m"}
        }) {
      CommandRun refused = command(passphrase).run(line);
      assertThat(refused.exit()).isEqualTo(CommandFailure.NO);
      assertThat(refused.err())
          .isEqualTo(
              """
              gatekeeper: error: an older vault was put in the place of the present one: \
              this is generation 2, and the log has seen 3
              gatekeeper: hint: put the present file back; if a person has restored this one on \
              purpose: gatekeeper vault rekey --restored
              """);
    }
    assertThat(command(passphrase).run("status").out())
        .contains("vault    an older vault was put in the place of the present one");
    CommandRun doctor = command(passphrase).run("doctor");
    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.out())
        .contains("fault  vault  an older vault was put in the place of the present one")
        .contains("gatekeeper vault rekey --restored");

    assertThat(command(passphrase).run("vault", "rekey", "--restored").exit()).isZero();
    CommandRun settled = command(passphrase).run("vault", "status");
    assertThat(settled.exit()).isZero();
    assertThat(settled.out()).contains("generation  4\n");
  }

  private String log() throws IOException {
    StringBuilder log = new StringBuilder();
    try (var files = Files.list(home.resolve("audit").resolve("log"))) {
      for (Path file : files.toList()) {
        log.append(Files.readString(file));
      }
    }
    return log.toString();
  }
}
