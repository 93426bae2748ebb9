package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.console.Console;
import dev.gatekeeper.cli.console.PersonalVault;
import dev.gatekeeper.cli.console.PersonalWitness;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.vault.VaultFile;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PersonalWitnessTest {
  private static final byte[] STATEMENT = "node is here".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER = "node is there".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private PersonalVault personal() throws Exception {
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of a test\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Map<String, String> environment =
        Map.of(
            "GATEKEEPER_HOME", folder.resolve("home").toString(),
            "GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
    return PersonalVault.of(
        new Console(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            environment,
            folder,
            Clock.systemUTC(),
            PassphraseSource.nonInteractive(environment)));
  }

  @Test
  void whatThePassphraseSignedASessionBelieves() throws Exception {
    CommandRun init =
        CommandRun.in(folder)
            .with("GATEKEEPER_HOME", folder.resolve("home").toString())
            .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
    PersonalVault personal = personal();
    assertThat(init.run("vault", "init").exit()).isZero();
    byte[] signature = PersonalWitness.of(personal).sign(STATEMENT);

    PersonalWitness session = PersonalWitness.of(VaultFile.in(personal.home()));
    assertThat(session.verifies(STATEMENT, signature)).isTrue();
    assertThat(session.verifies(OTHER, signature)).isFalse();
    assertThat(session.verifies(STATEMENT, new byte[64])).isFalse();
    assertThat(session.verifies(STATEMENT, new byte[0])).isFalse();
  }

  @Test
  void withoutAVaultASignatureEndsWithTheProcessThatMadeIt() throws Exception {
    PersonalVault personal = personal();
    PersonalWitness check = PersonalWitness.of(personal);
    byte[] signature = check.sign(STATEMENT);

    assertThat(check.verifies(STATEMENT, signature)).isTrue();
    assertThat(check.verifies(OTHER, signature)).isFalse();
    assertThat(PersonalWitness.of(personal).verifies(STATEMENT, signature)).isFalse();
    assertThat(PersonalWitness.of(VaultFile.in(personal.home())).verifies(STATEMENT, signature))
        .isFalse();
  }
}
