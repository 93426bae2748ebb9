package dev.gatekeeper.holder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.cli.vault.HolderMain;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.kernel.BootClock;
import dev.gatekeeper.succession.SeenVaults;
import dev.gatekeeper.trust.Project;
import dev.gatekeeper.trust.Trust;
import dev.gatekeeper.vault.Change;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.key.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A home with a vault, a project whose list is trusted, and holders as processes of their own. */
public final class HolderFixture implements AutoCloseable {
  /** The made-up value of {@code weather/token}. */
  public static final String TOKEN = "made-up-value-of-weather-9kQ2";

  static final String LIST =
      """
      {"version": 1,
       "mcpServers": {"weather": {"command": "/bin/cat", "tools": {"allow": ["*"]},
         "env": {"TOKEN": "secret:weather/token"},
         "secretArguments": {"login": {"/password": ["secret:login/password"]}}},
        "tracker": {"type": "http", "url": "https://tracker.example/mcp", "oauth": {},
         "tools": {"allow": ["*"]}},
        "late": {"command": "/bin/cat", "tools": {"allow": ["*"]}, "expires": "2020-01-01",
         "env": {"TOKEN": "secret:weather/token"}}},
       "commands": {"deploy": {"unpinned": "a test", "command": "/bin/cat", "env": {"KEY": "secret:deploy/key"}}}}
      """;

  private final Home home;
  private final Path project;
  private final List<HolderClient> holders = new ArrayList<>();

  /** In an empty folder. */
  public HolderFixture(Path folder) throws Exception {
    Path real = folder.toRealPath();
    home = Home.locate(Map.of("GATEKEEPER_HOME", real.resolve("home").toString()));
    project = Files.createDirectories(real.resolve("project"));
    Files.createDirectory(project.resolve(".git"));
    Files.createDirectory(project.resolve(".gatekeeper"));
    Files.writeString(project.resolve(".gatekeeper/allowlist.json"), LIST);
    try (OpenVault vault = VaultFixture.create(home.resolve("vault"))) {
      VaultFixture.put(vault, "weather/token", TOKEN);
      VaultFixture.put(vault, "deploy/key", "made-up-value-of-deploy-3xJ7");
      VaultFixture.put(vault, "login/password", "made-up-value-of-a-login-5tR8");
      VaultFixture.put(vault, "unused/key", "made-up-value-of-nobody-8bN1");
      Trust trust = new Trust(home);
      Project found = Project.find(project);
      trust.trust(trust.propose(found, false), found, vault.presence(), VaultFixture.NOW);
    }
  }

  /** {@code GATEKEEPER_HOME}. */
  public Home home() {
    return home;
  }

  /** The directory of the trusted list. */
  public Path project() {
    return project;
  }

  /** Starts a holder as {@code vault open} does. */
  public HolderClient start(Duration length) throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      HolderClient client =
          HolderProcess.start(
              home,
              vault,
              new Term(length, InstantSource.system(), BootClock::now),
              command(),
              System.getenv());
      holders.add(client);
      return client;
    }
  }

  static List<String> command() {
    return java(HolderMain.class);
  }

  /** A program of these tests, as a process of its own. */
  static List<String> java(Class<?> main) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(
        java,
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx128m",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        classPath(),
        main.getName());
  }

  private static String classPath() {
    List<String> absolute = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(":", -1)) {
      absolute.add(Path.of(element).toAbsolutePath().toString());
    }
    return String.join(":", absolute);
  }

  /** The one that is announced. */
  public Optional<HolderClient> find() throws Exception {
    return HolderClient.find(home, VaultFile.in(home).header());
  }

  /** What a session writes before it asks. */
  static long grant(Home home, String entry, String secret) throws Exception {
    return append(
        home,
        Entry.of(Event.GRANT)
            .with(Field.SERVER, entry)
            .with(Field.SECRET, secret)
            .with(Field.SOURCE, "holder"));
  }

  long grant(String entry, String reference) throws Exception {
    return grant(home, entry, "secret:" + reference);
  }

  /** What a session writes when it got no value, or its server has ended. */
  void revoke(long grant) throws Exception {
    append(home, Entry.of(Event.REVOKE).with(Field.REF, grant));
  }

  private static long append(Home home, Entry entry) throws Exception {
    try (AuditLog log = AuditLog.open(home.resolve("audit"), AuditOptions.of(new AuditContext()))) {
      return log.append(entry);
    }
  }

  /** Gives a secret its next value, as {@code vault put} does; the file of before. */
  byte[] replace(String name, String value) throws Exception {
    Path file = home.resolve("vault");
    byte[] before = Files.readAllBytes(file);
    try (OpenVault vault = VaultFixture.open(file)) {
      Change change = VaultFixture.put(vault, name, value);
      append(
          home,
          Entry.of(Event.VAULT_CHANGE)
              .with(Field.SOURCE, SeenVaults.source(vault.header()))
              .with(Field.GENERATION, change.generation())
              .with(Field.DIGEST, "sha256:" + change.digest())
              .with(Field.OUTCOME, SeenVaults.WRITTEN));
    }
    return before;
  }

  String value(HolderClient client, String entry, String reference) throws Exception {
    return by(client, entry, reference, grant(entry, reference));
  }

  /** By grants that were written before. */
  String by(HolderClient client, String entry, String reference, Long... grants) throws Exception {
    StringBuilder text = new StringBuilder();
    try (SecretValue value = client.reveal(project.toString(), entry, reference, List.of(grants))) {
      value.revealTo(bytes -> text.append(new String(bytes, UTF_8)));
    }
    return text.toString();
  }

  static boolean awaitEnd(HolderClient client) throws InterruptedException {
    Optional<ProcessHandle> process = ProcessHandle.of(client.pid());
    try {
      return process.isEmpty()
          || process.get().onExit().get(20, java.util.concurrent.TimeUnit.SECONDS) != null;
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (HolderClient holder : holders) {
      ProcessHandle.of(holder.pid())
          .filter(one -> one.info().commandLine().orElse("").contains("HolderMain"))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
