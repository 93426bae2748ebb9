package dev.gatekeeper.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.holder.HolderFixture;
import dev.gatekeeper.redaction.Redactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where a key holder is there, and gives nothing. */
final class WithheldTest {
  @TempDir Path folder;

  @Test
  void whoIsNotInForceIsNotSentToTheHolderAgain() throws Exception {
    try (HolderFixture fixture = new HolderFixture(folder.toRealPath());
        AuditLog log =
            AuditLog.open(fixture.home().resolve("audit"), AuditOptions.of(new AuditContext()));
        Broker broker =
            new Broker(
                fixture.home(), (prompt, confirm) -> Optional.empty(), log, new Redactor())) {
      Path list = fixture.project().resolve(".gatekeeper/allowlist.json");
      Files.writeString(
          list,
          Files.readString(list).replace("\"TOKEN\": \"secret:w", "\"TOKEN\": \"secret:other/w"));
      fixture.start(Duration.ofHours(1));
      BrokerException held = refused(broker, fixture);
      for (int i = 0; i < 20 && !String.valueOf(held.getMessage()).contains("holder"); i++) {
        held = refused(broker, fixture); // on a busy machine a holder may not answer in time
      }
      assertThat(held)
          .hasMessage(
              "secret:other/weather/token is needed, and the vault is locked: the key holder says"
                  + " that no list in force there entitles this entry to this secret.");
      assertThat(held.hint())
          .contains(
              "gatekeeper vault open, where the list is in force; else the passphrase, at a"
                  + " terminal or by GATEKEEPER_PASSPHRASE_FILE");
    }
  }

  private static BrokerException refused(Broker broker, HolderFixture fixture) throws Exception {
    Path list = fixture.project().resolve(".gatekeeper/allowlist.json");
    StdioServer weather =
        (StdioServer)
            Optional.ofNullable(
                    ListReader.read(Files.readAllBytes(list), "test").servers().get("weather"))
                .orElseThrow();
    return catchThrowableOfType(
        BrokerException.class,
        () -> broker.launch(weather, new LaunchContext(fixture.project(), Map.of())));
  }
}
