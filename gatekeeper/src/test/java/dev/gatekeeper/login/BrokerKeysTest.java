package dev.gatekeeper.login;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.HttpServer;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.broker.Broker;
import dev.gatekeeper.broker.Launch;
import dev.gatekeeper.broker.LaunchContext;
import dev.gatekeeper.broker.Login;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.login.discovery.Discovery;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a session has of a person's secrets, by a real broker. */
final class BrokerKeysTest {
  private static final String LIST =
      """
      {"version": 1, "mcpServers": {"tracker": {"type": "http", "url": "http://127.0.0.1:1/mcp",
        "tools": {"allow": ["*"]}, "oauth": {"grant": "client_credentials", "clientId": "made-up",
        "clientSecret": "secret:oauth/ci"}}}}
      """;

  @TempDir Path folder;

  /** A session that ends before its first request has taken nothing, and keeps nothing. */
  @Test
  void whatWasGivenAndNeverTakenIsWipedWithTheSession() throws Exception {
    Home home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    HttpServer server =
        (HttpServer)
            Optional.ofNullable(
                    ListReader.read(LIST.getBytes(UTF_8), "test").servers().get("tracker"))
                .orElseThrow();
    LaunchContext context = new LaunchContext(folder, Map.of("HOME", "/home/made-up"));
    try (Redactor redactor = new Redactor();
        AuditLog log = AuditLog.open(home.resolve("audit"), AuditOptions.of(new AuditContext()))) {
      try (OpenVault vault = VaultFixture.create(home.resolve("vault"))) {
        VaultFixture.put(vault, "oauth/ci", "made-up-client-secret");
      }
      try (Broker broker =
              new Broker(
                  home,
                  (prompt, confirm) -> Optional.of(VaultFixture.passphrase()),
                  log,
                  redactor);
          Launch given = broker.session(server, Login.KEPT, context)) {
        BrokerKeys keys = new BrokerKeys(broker, server, context, given);
        Terms terms = Terms.of(server);
        PlainWeb web = new PlainWeb();
        LoginLog records = new LoginLog(log, terms);
        new LoginCredentials(
                new ServiceLogin(
                    terms,
                    keys,
                    web,
                    new Discovery(web, false),
                    records,
                    redactor,
                    InstantSource.system()))
            .forget();
        assertThat(grants(home)).isEqualTo(1);
        try (Keys.Held held = keys.take()) { // granted anew: the first ones are gone
          assertThat(held.value(Keys.CLIENT_SECRET)).isPresent();
        }
        assertThat(grants(home)).isEqualTo(2);
      }
    }
  }

  private static long grants(Home home) throws Exception {
    try (var files = Files.list(home.resolve("audit/log"))) {
      long count = 0;
      for (Path file : files.toList()) {
        count +=
            Files.readAllLines(file).stream()
                .filter(line -> line.contains("\"event\":\"grant\""))
                .count();
      }
      return count;
    }
  }
}
