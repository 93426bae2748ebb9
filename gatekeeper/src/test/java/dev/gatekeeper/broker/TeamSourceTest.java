package dev.gatekeeper.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.AllowListException;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.team.TeamFixture.Person;
import dev.gatekeeper.vault.VaultFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code team:} at a launch: of the project's own file, if it counts. */
final class TeamSourceTest {
  private static final String LIST =
      """
      {"version": 1, "mcpServers": {"db": {"command": "cat", "tools": {"allow": ["*"]},
        "env": {"URL": "team:db/dev", "KEY": "secret:own/key"}}}}
      """;

  @TempDir Path folder;
  private Person alice;
  private Person bob;
  private Map<String, String> environment;
  private final Redactor redactor = new Redactor();
  private AuditLog log;
  private Broker broker;

  @BeforeEach
  void layOut() throws Exception {
    alice = new Person(folder, "alice");
    bob = new Person(folder, "bob");
    alice.create().close();
    alice.put("db/dev", "made-up-value-of-the-team");
    alice.add(bob);
    VaultFixture.put(bob.personal, "own/key", "made-up-value-of-bob");
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, VaultFixture.PASSPHRASE);
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    environment =
        Map.of("HOME", "/home/made-up", "GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
    log = AuditLog.open(bob.home.resolve("audit"), AuditOptions.of(new AuditContext()));
    broker = new Broker(bob.home, PassphraseSource.nonInteractive(environment), log, redactor);
  }

  @AfterEach
  void close() {
    broker.close();
    log.close();
    redactor.close();
    alice.close();
    bob.close();
  }

  private List<String> launch() throws Exception {
    StdioServer server =
        (StdioServer)
            Optional.ofNullable(ListReader.read(LIST.getBytes(UTF_8), "test").servers().get("db"))
                .orElseThrow();
    try (Launch launch =
        broker.launch(server, new LaunchContext(bob.place.directory(), environment))) {
      return launch.environmentBlock().stream().map(one -> new String(one, UTF_8)).toList();
    }
  }

  @Test
  void aServerGetsTheTeamsValueBesideThePersons() throws Exception {
    bob.pull(alice);
    bob.accept();
    assertThat(launch()).contains("URL=made-up-value-of-the-team", "KEY=made-up-value-of-bob");
    log.close();
    String records = records();
    assertThat(records)
        .contains("\"secret\":\"team:db/dev\"", "\"source\":\"team\",\"generation\":\"3\"")
        .doesNotContain("made-up-value");
  }

  @Test
  void aFileThatNobodyAcceptedGivesNothing() throws Exception {
    bob.pull(alice);
    assertThatThrownBy(this::launch)
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("team:db/dev is needed: nobody on this machine has accepted");
    log.close();
    assertThat(records()).doesNotContain("\"grant\"");
  }

  @Test
  void withoutTheFileThereIsNoOtherValue() throws Exception {
    VaultFixture.put(bob.personal, "db/dev", "made-up-value-of-the-same-name");
    assertThatThrownBy(this::launch).hasMessageContaining("this project has no team vault");
  }

  @Test
  void anOlderFileIsNamedInTheGrant() throws Exception {
    byte[] old = alice.file();
    alice.put("db/dev", "made-up-value-replaced");
    bob.pull(alice);
    bob.accept();
    assertThat(launch()).contains("URL=made-up-value-replaced");
    bob.write(old);
    assertThat(launch()).contains("URL=made-up-value-of-the-team");
    log.close();
    assertThat(records()).contains("\"source\":\"team, older than seen\"");
  }

  @Test
  void aRunningSessionSeesWhatIsPulled() throws Exception {
    bob.pull(alice);
    bob.accept();
    launch();
    alice.remove("bob");
    bob.pull(alice);
    assertThatThrownBy(this::launch)
        .hasMessageContaining("you are not a member of this project's team vault");
  }

  @Test
  void aPersonsOwnListCannotUseIt() {
    assertThatThrownBy(() -> ListReader.readPersonal(LIST.getBytes(UTF_8), "test"))
        .isInstanceOf(AllowListException.class)
        .hasMessageContaining("a person's own list cannot use the repository's secrets");
  }

  private String records() throws Exception {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(bob.home.resolve("audit/log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
