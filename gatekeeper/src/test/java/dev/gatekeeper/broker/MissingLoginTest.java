package dev.gatekeeper.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.holder.HolderFixture;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where the key of a login cannot be had. */
final class MissingLoginTest {
  @TempDir Path folder;

  /** Only where its key is not in the vault is a login what helps, whoever holds the vault. */
  @Test
  void aLoginIsMissedOnlyWhereTheVaultHasNone() throws Exception {
    AtomicBoolean passphrase = new AtomicBoolean();
    try (HolderFixture fixture = new HolderFixture(folder.toRealPath());
        AuditLog log =
            AuditLog.open(fixture.home().resolve("audit"), AuditOptions.of(new AuditContext()));
        Broker broker =
            new Broker(
                fixture.home(),
                (prompt, confirm) ->
                    passphrase.get() ? Optional.of(VaultFixture.passphrase()) : Optional.empty(),
                log,
                new Redactor())) {
      assertThat(refused(broker, fixture))
          .hasMessage("secret:login/tracker.example is needed, and the vault is locked.")
          .satisfies(e -> assertThat(e.hint()).contains("gatekeeper vault open"));
      fixture.start(Duration.ofHours(1));
      BrokerException held = refused(broker, fixture);
      for (int i = 0; i < 20 && String.valueOf(held.getMessage()).contains("locked"); i++) {
        held = refused(broker, fixture); // on a busy machine a holder may not answer in time
      }
      assertThat(held)
          .hasMessage("tracker needs a login.")
          .satisfies(e -> assertThat(e.hint()).contains("gatekeeper login tracker"));
      assertThat(fixture.find().orElseThrow().end()).isTrue();
      passphrase.set(true);
      assertThat(refused(broker, fixture)).hasMessage("tracker needs a login.");
      Files.write(fixture.home().resolve("vault"), new byte[4_096]);
      assertThat(refused(broker, fixture))
          .hasMessageStartingWith("secret:login/tracker.example is needed: ")
          .satisfies(e -> assertThat(e.hint().orElse("")).doesNotContain("login"));
    }
  }

  private static BrokerException refused(Broker broker, HolderFixture fixture) throws Exception {
    Path list = fixture.project().resolve(".gatekeeper/allowlist.json");
    HttpServer tracker =
        (HttpServer)
            Optional.ofNullable(
                    ListReader.read(Files.readAllBytes(list), "test").servers().get("tracker"))
                .orElseThrow();
    return catchThrowableOfType(
        BrokerException.class,
        () -> broker.session(tracker, Login.KEPT, new LaunchContext(fixture.project(), Map.of())));
  }
}
