package dev.gatekeeper.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.allowlist.Reference;
import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.holder.HolderClient;
import dev.gatekeeper.holder.HolderFixture;
import dev.gatekeeper.holder.KillSwitch;
import dev.gatekeeper.keyring.Keyring;
import dev.gatekeeper.keyring.KeyringFixture;
import dev.gatekeeper.passphrase.PassphraseSource;
import dev.gatekeeper.redaction.Redactor;
import dev.gatekeeper.seal.SealKeyPair;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.SlotKeyFile;
import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opens the vault of a session, in which order, and what closes it. */
final class OpeningTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;
  private HolderFixture fixture;
  private AuditLog log;
  private Broker broker;
  private final Redactor redactor = new Redactor();
  private final Map<String, String> environment = new HashMap<>(Map.of("HOME", "/nonexistent"));

  /** Each time a passphrase is asked for, an Argon2id follows. */
  private final AtomicInteger asked = new AtomicInteger();

  private boolean passphrase = true;
  private final AtomicLong skipped = new AtomicLong();

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    fixture = new HolderFixture(folder);
    log = AuditLog.open(fixture.home().resolve("audit"), AuditOptions.of(new AuditContext()));
    PassphraseSource counting =
        (prompt, confirm) -> {
          asked.incrementAndGet();
          return passphrase ? Optional.of(VaultFixture.passphrase()) : Optional.empty();
        };
    broker =
        new Broker(
            fixture.home(), counting, log, redactor, () -> System.nanoTime() + skipped.get());
  }

  @AfterEach
  void close() throws Exception {
    broker.close();
    log.close();
    redactor.close();
    fixture.close();
  }

  private StdioServer server() throws Exception {
    Path list = fixture.project().resolve(".gatekeeper/allowlist.json");
    return (StdioServer)
        Optional.ofNullable(
                ListReader.read(Files.readAllBytes(list), "test").servers().get("weather"))
            .orElseThrow();
  }

  private Launch launch() throws Exception {
    return broker.launch(server(), new LaunchContext(fixture.project(), environment));
  }

  private static String token(Launch launch) {
    return launch.environmentBlock().stream()
        .map(one -> new String(one, UTF_8))
        .filter(one -> one.startsWith("TOKEN="))
        .findFirst()
        .orElseThrow();
  }

  private void opens() throws Exception {
    try (Launch launch = launch()) {
      assertThat(token(launch)).isEqualTo("TOKEN=" + HolderFixture.TOKEN);
    }
  }

  private void isRefused(String why) {
    assertThatThrownBy(this::launch)
        .isInstanceOfSatisfying(
            BrokerException.class,
            e -> {
              assertThat(e).hasMessage("secret:weather/token is needed, and the vault " + why);
              assertThat(e.hint()).contains("gatekeeper vault open");
            });
  }

  private String records() throws IOException {
    log.close();
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(fixture.home().resolve("audit/log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @Test
  void thePassphraseIsAskedForOnceASession() throws Exception {
    for (int i = 0; i < 5; i++) {
      opens();
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void aHolderComesFirstAndNoPassphraseIsAskedFor() throws Exception {
    fixture.start(HOUR);
    opens();
    opens();

    assertThat(asked).hasValue(0);
    assertThat(records()).contains("\"source\":\"holder\"").doesNotContain(HolderFixture.TOKEN);
  }

  private Launch argument(String secret) throws Exception {
    return broker.arguments(
        server(),
        new TreeMap<>(Map.of("login/password", new Reference("secret", secret))),
        new LaunchContext(fixture.project(), environment));
  }

  /** The holder judges anew: what a session takes for allowed counts for nothing there. */
  @Test
  void aHolderGivesForAnArgumentWhatTheEntryNamesThereAndNothingElse() throws Exception {
    fixture.start(HOUR);
    try (Launch values = argument("login/password")) {
      assertThat(new String(values.value("login/password"), UTF_8))
          .isEqualTo("made-up-value-of-a-login-5tR8");
    }
    for (String other : new String[] {"unused/key", "deploy/key"}) {
      passphrase = false;
      assertThatThrownBy(() -> argument(other))
          .isInstanceOf(BrokerException.class)
          .hasMessageNotContaining("made-up");
    }
    assertThat(asked).as("only where the holder does not give").hasValueLessThanOrEqualTo(2);
    assertThat(records())
        .contains("\"source\":\"holder\"", "\"variable\":\"login/password\"")
        .doesNotContain("secret:unused/key");
  }

  @Test
  void aLockedSessionGoesOnAsSoonAsAHolderIsThere() throws Exception {
    passphrase = false;
    isRefused("is locked.");

    fixture.start(HOUR);
    opens();
  }

  @Test
  void aHolderThatWasKilledIsNotWaitedFor() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    ProcessHandle.of(holder.pid()).orElseThrow().destroyForcibly();
    ProcessHandle.of(holder.pid()).ifPresent(one -> one.onExit().join());

    opens();
    assertThat(asked).hasValue(1);
  }

  @Test
  void theKeyringOpensWithoutAPassphrase() throws Exception {
    try (KeyringFixture keyring = new KeyringFixture(folder);
        OpenVault vault = VaultFixture.open(fixture.home().resolve("vault"))) {
      environment.putAll(keyring.environment());
      byte[] key = vault.addKeyringSlot("keyring");
      isRefusedByTheKeyring();
      Keyring.of(environment).keep(vault.header().id(), key);
      skipped.addAndGet(TimeUnit.SECONDS.toNanos(2)); // it is not asked again at once

      passphrase = true;
      asked.set(0);
      opens();
      assertThat(asked).hasValue(0);
      keyring.lock();
      opens(); // open it stays
    }
    assertThat(records()).contains("\"source\":\"keyring\"");
  }

  @Test
  void gettingReadyOpensNothingAndFailsForNobody() throws Exception {
    LaunchContext context = new LaunchContext(fixture.project(), environment);
    try (Opening opening =
        new Opening(
            fixture.home(),
            (prompt, confirm) -> {
              asked.incrementAndGet();
              return Optional.empty();
            },
            System::nanoTime)) {
      opening.warm(context);
      try (OpenVault vault = VaultFixture.open(fixture.home().resolve("vault"))) {
        vault.addKeyringSlot("keyring");
      }
      opening.warm(context); // without a session bus
      Files.writeString(fixture.home().resolve("vault"), "no vault");
      opening.warm(context);
    }
    assertThat(asked).hasValue(0);
  }

  private void isRefusedByTheKeyring() {
    passphrase = false;
    isRefused("is locked: the keyring has no key for it, or is locked.");
  }

  @Test
  void aKeyringSlotWithoutABusIsSaidAtOnce() throws Exception {
    try (OpenVault vault = VaultFixture.open(fixture.home().resolve("vault"))) {
      vault.addKeyringSlot("keyring");
    }
    passphrase = false;
    isRefused("is locked: there is no session bus here, so no keyring.");
    passphrase = true;
    opens();
  }

  /** A machine without a person: a key in a file, which proves nobody's presence. */
  @Test
  void theKeyOfASlotInAFileOpensTheSecrets() throws Exception {
    Path key = folder.resolve("slot-key");
    environment.put("GATEKEEPER_SLOT_KEY_FILE", key.toString());
    passphrase = false;
    isRefused("is locked: " + key + " is not there.");
    SealKeyPair pair = SealKeyPair.generate();
    SlotKeyFile.create(key, pair);
    isRefused("is locked: the vault has no slot for that key.");
    try (OpenVault vault = VaultFixture.open(fixture.home().resolve("vault"))) {
      vault.addRecipientSlot("ci", pair.publicKey());
    }
    asked.set(0);
    opens();
    assertThat(asked).hasValue(0);
    KillSwitch.in(fixture.home()).close();
    isRefused("was closed.");
    KillSwitch.in(fixture.home()).open();
    opens();
    try (OpenVault vault = VaultFixture.open(fixture.home().resolve("vault"))) {
      vault.removeSlot("ci");
    }
    isRefused("is locked: the vault has no slot for that key.");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    isRefused(
        "is locked: GATEKEEPER_SLOT_KEY_FILE: "
            + key
            + " is readable or writable by others; type: chmod go-rwx '"
            + key
            + "'.");
    assertThat(records()).contains("\"source\":\"recipient\"");
  }

  @Test
  void closingEndsWhatHoldsAValueAndOpeningGoesOn() throws Exception {
    opens();
    CountDownLatch ended = new CountDownLatch(1);
    Launch running = launch();
    running.whenRevoked(
        () -> {
          running.close();
          ended.countDown();
        });
    KillSwitch.in(fixture.home()).close();

    assertThat(ended.await(3, TimeUnit.SECONDS)).as("ended within three seconds").isTrue();
    isRefused("was closed.");
    KillSwitch.in(fixture.home()).open();
    fixture.start(HOUR);
    opens();
    assertThat(asked).as("not asked for again: the holder gives").hasValue(1);
    assertThat(records()).contains("\"reason\":\"vault closed\"");
  }

  @Test
  void oneThatIsClosedAndOpenedBetweenTwoLooksEndsItToo() throws Exception {
    Launch running = launch();
    CountDownLatch ended = new CountDownLatch(1);
    running.whenRevoked(ended::countDown);
    KillSwitch.in(fixture.home()).close();
    KillSwitch.in(fixture.home()).open();

    assertThat(ended.await(3, TimeUnit.SECONDS)).isTrue();
    running.close();
  }

  @Test
  void whatIsRevokedBeforeAnybodyListensEndsAtOnce() throws Exception {
    Launch running = launch();
    running.revoke();
    CountDownLatch ended = new CountDownLatch(1);
    running.whenRevoked(ended::countDown);
    assertThat(ended.getCount()).isZero();
    running.close();
  }

  @Test
  void anAnnouncementThatNobodySignedIsNotBelieved() throws Exception {
    fixture.start(HOUR);
    Path file = fixture.home().resolve("holder");
    String announced = Files.readString(file);
    Path socket = folder.resolve("fake");
    for (String forged :
        new String[] {
          announced.replaceAll("socket .*", "socket " + socket),
          announced.replaceAll("key .*", "key " + "A".repeat(43)),
          announced.replaceAll("until .*", "until 99999999999999"),
          announced.replaceAll("signature .*", "signature " + "A".repeat(86)),
          announced.replaceAll("signature .*\n", ""),
          ""
        }) {
      Files.writeString(file, forged);
      assertThat(fixture.find()).as(forged).isEmpty();
    }
    opens();
    assertThat(asked).as("by the passphrase").hasValue(1);
  }

  @Test
  void aSocketInTheHoldersPlaceIsNotBelieved() throws Exception {
    HolderClient holder = fixture.start(HOUR);
    Path file = fixture.home().resolve("holder");
    String announced = Files.readString(file);
    Path socket = Path.of(announced.replaceAll("(?s).*\nsocket (.*?)\n.*", "$1"));
    ProcessHandle.of(holder.pid()).orElseThrow().destroyForcibly();
    ProcessHandle.of(holder.pid()).ifPresent(one -> one.onExit().join());
    Files.delete(socket);
    Files.writeString(file, announced);
    StringBuilder heard = new StringBuilder();
    try (ServerSocketChannel fake = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      fake.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofPlatform().daemon().start(() -> imitate(fake, heard));

      opens();
    }
    assertThat(asked).as("by the passphrase").hasValue(1);
    synchronized (heard) {
      assertThat(heard.toString())
          .as("it heard names alone")
          .contains("weather/token")
          .doesNotContain(VaultFixture.PASSPHRASE, HolderFixture.TOKEN);
    }
  }

  /** Answers everything with a value of its own. */
  private static void imitate(ServerSocketChannel fake, StringBuilder heard) {
    try {
      while (true) {
        try (SocketChannel client = fake.accept()) {
          ByteBuffer question = ByteBuffer.allocate(10_000);
          client.read(question);
          synchronized (heard) {
            heard.append(new String(question.array(), 0, question.position(), UTF_8));
          }
          byte[] value = ("gthe-agents-own-value" + "s".repeat(64)).getBytes(UTF_8);
          client.write(
              ByteBuffer.allocate(4 + value.length).putInt(value.length).put(value).flip());
        }
      }
    } catch (IOException e) {
      return; // the test is over
    }
  }
}
