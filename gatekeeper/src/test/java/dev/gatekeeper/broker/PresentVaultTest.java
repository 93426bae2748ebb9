package dev.gatekeeper.broker;

import static dev.gatekeeper.vault.VaultFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever holds the private half of what prints are sealed to guesses weak values by them. */
final class PresentVaultTest {
  @TempDir Path folder;
  private Path file;
  private AuditLog log;
  private PresentVault present;

  @BeforeEach
  void aVault() throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.toRealPath().resolve("h").toString()));
    file = home.resolve("vault");
    VaultFixture.create(file).close();
    log = AuditLog.open(home.resolve("audit"), SampleLog.options());
    present = new PresentVault(home, log.prints());
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void written() throws Exception {
    try (OpenVault vault = VaultFixture.open(file)) {
      Change change = put(vault, "a", "made-up-value-of-a");
      log.append(
          Entry.of(Event.VAULT_CHANGE)
              .with(Field.SOURCE, SeenVaults.source(vault.header()))
              .with(Field.GENERATION, change.generation())
              .with(Field.DIGEST, "sha256:" + change.digest())
              .with(Field.OUTCOME, SeenVaults.WRITTEN));
    }
  }

  private void another() throws Exception {
    Files.delete(file);
    VaultFixture.create(file).close();
  }

  private boolean isPrinted() {
    return !log.prints().of("secret:a", List.of(new byte[32])).prints().isEmpty();
  }

  @Test
  void nothingIsPrintedForAVaultThatTheLogHasNotSeen() throws Exception {
    assertThat(isPrinted()).isFalse();
    present.require("weather");
    assertThat(isPrinted()).isFalse();
  }

  @Test
  void nothingIsPrintedForAnotherVaultInThePlaceOfTheOneThatTheLogSaw() throws Exception {
    written();
    byte[] own = Files.readAllBytes(file);
    another();
    assertThatThrownBy(() -> present.require("weather")).isInstanceOf(BrokerException.class);
    assertThat(isPrinted()).isFalse();
    Files.write(file, own);
    present.require("weather");
    assertThat(isPrinted()).isTrue();
  }

  /** By a log to which any process of the user appends, another one is the last. */
  @Test
  void fromASecondVaultOnNothingIsPrinted() throws Exception {
    written();
    present.require("weather");
    assertThat(isPrinted()).isTrue();
    another();
    written();
    present.require("weather");
    assertThat(isPrinted()).isFalse();
  }
}
