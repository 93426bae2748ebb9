package dev.gatekeeper.broker;

import static dev.gatekeeper.vault.VaultFixture.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.Program;
import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.Server;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.Template;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditFault;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerTest {
  private static final String TOKEN = "made-up-value-of-a-token";

  @TempDir Path folder;
  private Home home;
  private Path passphrase;
  private final Map<String, String> environment = new HashMap<>();
  private final Redactor redactor = new Redactor();
  private AuditLog log;
  private Broker broker;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    passphrase = folder.resolve("passphrase");
    environment.putAll(
        Map.of(
            "HOME", "/home/made-up",
            "PATH", "/usr/bin:relative::/bin:/usr/bin",
            "LC_ALL", "C.UTF-8",
            "LC_SECRET", "ambient",
            "AWS_SECRET_ACCESS_KEY", "ambient",
            "HTTPS_PROXY", "http://u:p@proxy",
            "GATEKEEPER_PASSPHRASE_FILE", passphrase.toString()));
    log = AuditLog.open(home.resolve("audit"), AuditOptions.of(new AuditContext()));
    broker = new Broker(home, PassphraseSource.nonInteractive(environment), log, redactor);
  }

  @AfterEach
  void close() {
    broker.close();
    log.close();
    redactor.close();
  }

  private void vault() throws Exception {
    try (OpenVault vault = VaultFixture.create(home.resolve("vault"))) {
      put(vault, "github/token", TOKEN);
      put(vault, "short", "1234");
    }
    writePassphrase();
  }

  private void writePassphrase() throws IOException {
    Files.writeString(passphrase, VaultFixture.PASSPHRASE);
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
  }

  private static StdioServer server(String members) throws Exception {
    String text =
        """
        {"version": 1, "mcpServers": {"weather": {"command": "cat", %s "tools": {"allow": ["*"]}}}}
        """
            .formatted(members);
    Server server = ListReader.read(text.getBytes(UTF_8), "test").servers().get("weather");
    return (StdioServer) Optional.ofNullable(server).orElseThrow();
  }

  private Launch launch(String members) throws Exception {
    return broker.launch(server(members), new LaunchContext(folder, environment));
  }

  private static List<String> block(Launch launch) {
    return launch.environmentBlock().stream().map(one -> new String(one, UTF_8)).toList();
  }

  private String log() throws IOException {
    log.close();
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(home.resolve("audit/log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @Test
  void aServerWithoutSecretsNeedsNoVault() throws Exception {
    try (Launch launch = launch("\"env\": {\"LEVEL\": \"info ${project} ${home}\"},")) {
      assertThat(block(launch))
          .containsExactly(
              "HOME=/home/made-up",
              "LC_ALL=C.UTF-8",
              "LEVEL=info " + folder + " /home/made-up",
              "PATH=/usr/bin:/bin");
      assertThat(launch.names()).containsExactly("HOME", "LC_ALL", "LEVEL", "PATH");
      assertThat(launch.path()).isEqualTo("/usr/bin:/bin");
      assertThat(launch.directory()).isEqualTo(folder);
    }
  }

  @Test
  void aSecretReachesItsVariableAlone() throws Exception {
    vault();
    try (Launch launch =
        launch(
            "\"env\": {\"A\": \"secret:github/token\", \"B\": \"x ${secret:github/token} y\"},")) {
      assertThat(block(launch)).contains("A=" + TOKEN, "B=x " + TOKEN + " y").hasSize(5);
    }
    String log = log();
    assertThat(log.split("\"event\":\"grant\"", -1)).hasSize(3);
    assertThat(log.split("\"event\":\"revoke\"", -1)).hasSize(3);
    assertThat(log)
        .contains("\"secret\":\"secret:github/token\",\"variable\":\"A\",\"source\":\"vault\"")
        .doesNotContain(TOKEN);
  }

  @Test
  void theRedactorKnowsTheValueForTheWholeSession() throws Exception {
    vault();
    launch("\"env\": {\"A\": \"secret:github/token\"},").close();

    assertThat(redactor.text((TOKEN + "!").getBytes(UTF_8)))
        .asString()
        .isEqualTo("[secret:github/token]!");
  }

  @Test
  void theEnvironmentIsWipedOnceItIsHandedOver() throws Exception {
    vault();
    try (Launch launch = launch("\"env\": {\"A\": \"secret:github/token\"},")) {
      launch.started();
      assertThat(launch.environmentBlock()).allSatisfy(one -> assertThat(one).containsOnly(0));
    }
  }

  @Test
  void aFileIsOwnerOnlyAndDiesWithTheLaunch() throws Exception {
    vault();
    Path file;
    try (Launch launch = launch("\"files\": {\"CREDENTIALS\": \"secret:github/token\"},")) {
      String variable =
          block(launch).stream().filter(one -> one.startsWith("CREDENTIALS=")).findFirst().get();
      file = Path.of(variable.substring("CREDENTIALS=".length()));
      assertThat(file).hasContent(TOKEN);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
          .isEqualTo("rwx------");
    }
    assertThat(file).doesNotExist();
    assertThat(file.getParent()).doesNotExist();
  }

  @Test
  void filesOfAKilledProcessAreSwept() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    assertThat(gone.waitFor()).isZero();
    Path left = home.resolve("run").resolve(gone.pid() + "-0011223344556677");
    Files.createDirectories(left);
    Files.setPosixFilePermissions(
        home.resolve("run"), PosixFilePermissions.fromString("rwx------"));
    Files.writeString(left.resolve("CREDENTIALS"), "made-up");

    launch("").close();
    assertThat(left).doesNotExist();
  }

  @Test
  void withoutAVaultItSaysWhatToType() {
    assertThatThrownBy(() -> launch("\"env\": {\"A\": \"secret:github/token\"},"))
        .isInstanceOfSatisfying(
            BrokerException.class,
            e -> {
              assertThat(e).hasMessage("secret:github/token is needed, and there is no vault yet.");
              assertThat(e.hint()).contains("gatekeeper vault init");
            });
  }

  @Test
  void aLockedVaultIsOpenedAsSoonAsThePassphraseIsThere() throws Exception {
    vault();
    Files.delete(passphrase);
    assertThatThrownBy(() -> launch("\"env\": {\"A\": \"secret:github/token\"},"))
        .isInstanceOf(BrokerException.class)
        .hasMessage(
            "secret:github/token is needed, and the vault is locked: "
                + passphrase
                + " is not there.");

    writePassphrase();
    launch("\"env\": {\"A\": \"secret:github/token\"},").close();
  }

  @Test
  void anOlderVaultStartsNothingWithOrWithoutASecret() throws Exception {
    vault();
    Path file = home.resolve("vault");
    byte[] older = Files.readAllBytes(file);
    Change change;
    try (OpenVault vault = VaultFixture.open(file)) {
      change = put(vault, "github/token", "made-up-value-after-rotation");
      log.append(
          Entry.of(Event.VAULT_CHANGE)
              .with(Field.SOURCE, SeenVaults.source(vault.header()))
              .with(Field.GENERATION, change.generation())
              .with(Field.DIGEST, "sha256:" + change.digest())
              .with(Field.OUTCOME, SeenVaults.WRITTEN));
    }
    launch("\"env\": {\"A\": \"secret:github/token\"},").close();
    Files.write(file, older);
    for (String members : List.of("\"env\": {\"A\": \"secret:github/token\"},", "")) {
      assertThatThrownBy(() -> launch(members))
          .isInstanceOf(BrokerException.class)
          .hasMessage(
              "weather cannot be started: an older vault was put in the place of the present one:"
                  + " this is generation 3, and the log has seen 4.");
    }
  }

  @Test
  void onceOpenItStaysOpenAndSeesNewSecrets() throws Exception {
    vault();
    launch("\"env\": {\"A\": \"secret:github/token\"},").close();
    Files.delete(passphrase);
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      put(vault, "later", "made-up-value-of-later");
    }

    try (Launch launch = launch("\"env\": {\"A\": \"secret:later\"},")) {
      assertThat(block(launch)).contains("A=made-up-value-of-later");
    }
  }

  @Test
  void aMissingSecretReleasesNothingAndGrantsNothing() throws Exception {
    vault();
    assertThatThrownBy(
            () -> launch("\"env\": {\"A\": \"secret:github/token\", \"B\": \"secret:not-there\"},"))
        .isInstanceOf(BrokerException.class)
        .hasMessage("weather cannot be started: the vault has no secret not-there.");
    assertThat(log()).doesNotContain("\"grant\"");
  }

  @Test
  void aWeakValueIsRefusedAndItsGrantRevoked() throws Exception {
    vault();
    assertThatThrownBy(() -> launch("\"env\": {\"A\": \"secret:short\"},"))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("secret:short is too weak");
    assertThat(log()).contains("\"grant\"", "\"revoke\"", "\"outcome\":\"refused\"");
  }

  @Test
  void anEntryThatMasksNothingMayHaveAWeakValue() throws Exception {
    vault();
    try (Launch launch = launch("\"env\": {\"A\": \"secret:short\"}, \"redact\": false,")) {
      assertThat(launch.names()).contains("A");
    }
  }

  @Test
  void aTeamThatLetNobodyInIsRefused() throws Exception {
    vault();
    assertThatThrownBy(() -> launch("\"env\": {\"A\": \"team:github/token\"},"))
        .isInstanceOf(BrokerException.class)
        .hasMessage(
            "team:github/token is needed: you have no identity yet, so no team has let you in.");
  }

  @Test
  void withoutALogNoSecretIsReleased() throws Exception {
    vault();
    AuditFault fault = new AuditFault(AuditFault.Kind.NOT_WRITABLE, "made-up fault");
    Path nowhere = folder.resolve("passphrase/audit"); // below a file
    try (AuditLog broken =
            AuditLog.unavailable(fault, nowhere, AuditOptions.of(new AuditContext()));
        Redactor fresh = new Redactor();
        Broker closed =
            new Broker(home, PassphraseSource.nonInteractive(environment), broken, fresh)) {
      assertThatThrownBy(
              () ->
                  closed.launch(
                      server("\"env\": {\"A\": \"secret:github/token\"},"),
                      new LaunchContext(folder, environment)))
          .isInstanceOf(BrokerException.class)
          .hasMessageStartingWith("weather cannot be started: no secret without a record.");
      assertThat(fresh.isEmpty()).isTrue();
    }
  }

  @Test
  void aWrongPassphraseIsSaid() throws Exception {
    vault();
    Files.writeString(passphrase, "another made-up passphrase");
    assertThatThrownBy(() -> launch("\"env\": {\"A\": \"secret:github/token\"},"))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("the passphrase does not open the vault");
  }

  @Test
  void aWrongPassphraseIsNotTriedAgainForTwoSeconds() throws Exception {
    vault();
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // such a clock may wrap
    AtomicInteger asked = new AtomicInteger();
    PassphraseSource counting =
        (prompt, confirm) -> {
          asked.incrementAndGet();
          return PassphraseSource.nonInteractive(environment).ask(prompt, confirm);
        };
    Files.writeString(passphrase, "another made-up passphrase");
    StdioServer server = server("\"env\": {\"A\": \"secret:github/token\"},");
    LaunchContext context = new LaunchContext(folder, environment);
    try (Broker slow = new Broker(home, counting, log, redactor, now::get)) {
      assertThatThrownBy(() -> slow.launch(server, context)).isInstanceOf(BrokerException.class);
      writePassphrase();
      now.addAndGet(1_999_999_999L);
      assertThatThrownBy(() -> slow.launch(server, context))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("the passphrase does not open the vault");
      assertThat(asked).hasValue(1);
      now.incrementAndGet();
      slow.launch(server, context).close();
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void aPersonsLineIsTakenLiterally() throws Exception {
    vault();
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"));
        Launch launch =
            broker.launch(
                Program.of(
                    List.of("printenv", "${project}"),
                    new TreeMap<>(
                        Map.of("A", Template.of(new Reference("secret", "github/token")))),
                    new TreeMap<>()),
                vault.presence(),
                new LaunchContext(folder, environment))) {
      assertThat(launch.command()).isEqualTo("printenv");
      assertThat(launch.arguments()).containsExactly("${project}");
      assertThat(block(launch)).contains("A=" + TOKEN);
    }
  }
}
