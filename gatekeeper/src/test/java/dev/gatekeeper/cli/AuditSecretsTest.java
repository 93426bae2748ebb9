package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.SampleLog;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.KeptSecret;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.redaction.ValueDigest;
import dev.gatekeeper.trust.Auditors;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which value a secret had when it stood in an argument, or was granted. */
@Timeout(60)
final class AuditSecretsTest {
  private static final String VALUE = "made-up-value-of-then";

  @TempDir Path folder;
  private Home home;
  private Path passphrase;

  @BeforeEach
  void aVault() throws Exception {
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, VaultFixture.PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    VaultFixture.create(home.resolve("vault")).close();
    put(VALUE);
  }

  private void put(String value) throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      VaultFixture.put(vault, "shop/password", value);
    }
  }

  private AuditLog log() throws Exception {
    AuditLog log =
        AuditLog.open(
            home.resolve("audit"), SampleLog.options().recipients(new Auditors(home)::recipients));
    log.prints().sealTo(VaultFile.in(home).header().auditPublicKey());
    return log;
  }

  private static KeptSecret secret(AuditLog log, String reference) {
    return log.prints().of(reference, List.of(ValueDigest.of(VALUE.getBytes(UTF_8))));
  }

  private long call(AuditLog log, String reference) throws Exception {
    NamedValue sql =
        new NamedValue("sql", ("\"" + VALUE + "\"").getBytes(UTF_8), "\"[" + reference + "]\"");
    return log.append(
        Entry.of(Event.CALL_INTENT)
            .arguments(ArgumentsPolicy.REDACTED, List.of(sql), List.of(secret(log, reference))));
  }

  private CommandRun open(long n) {
    return CommandRun.in(folder)
        .with("GATEKEEPER_HOME", home.path().toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString())
        .run("audit", "open", Long.toString(n));
  }

  @Test
  void aValueOfThenIsToldFromThatOfNow() throws Exception {
    long call;
    long revoke;
    try (AuditLog log = log()) {
      call = call(log, "secret:shop/password");
      String print = secret(log, "secret:shop/password").prints().getFirst();
      revoke =
          log.append(
              Entry.of(Event.REVOKE)
                  .with(Field.SECRET, "secret:shop/password")
                  .with(Field.DIGEST, "print:" + print));
    }
    assertThat(open(call).out())
        .contains("sql: \"[secret:shop/password]\"  (masked or cut)")
        .containsPattern("secret:shop/password  value [0-9a-f]{32}, the one of now\n")
        .doesNotContain(VALUE);
    String shown = open(call).out().replaceAll("(?s).*value ([0-9a-f]{32}).*", "$1");
    assertThat(open(revoke).out())
        .isEqualTo("secret:shop/password  value " + shown + ", the one of now\n");
    put("made-up-value-of-later");
    assertThat(open(call).out()).contains("value " + shown + ", not the one of now");
    assertThat(open(revoke).out()).contains("value " + shown + ", not the one of now");
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      vault.remove("shop/password");
    }
    assertThat(open(call).out()).contains("value " + shown + ", which the vault has no longer");
    // The same value, somewhere else.
    try (AuditLog log = log()) {
      call = call(log, "pass:shop/db");
    }
    assertThat(open(call).out()).contains("pass:shop/db  value " + shown + "\n");
  }

  @Test
  void whatWasAlteredIsNotBelieved() throws Exception {
    long call;
    try (AuditLog log = log()) {
      call = call(log, "secret:shop/password");
    }
    Path opening;
    try (Stream<Path> files = Files.walk(home.resolve("audit/openings"))) {
      opening = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    Files.writeString(
        opening,
        Files.readString(opening)
            .replace("\"reference\":\"secret:shop/password\"", "\"reference\":\"secret:x\""));
    CommandRun run = open(call);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("is not what the record commits to");
  }

  @Test
  void withoutAPrintThatIsSaid() throws Exception {
    long revoke;
    try (AuditLog log = log()) {
      revoke = log.append(Entry.of(Event.REVOKE).with(Field.SECRET, "env:TOKEN"));
    }
    assertThat(open(revoke).out()).startsWith("env:TOKEN  (which value is not told");
  }
}
