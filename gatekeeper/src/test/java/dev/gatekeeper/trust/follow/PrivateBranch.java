package dev.gatekeeper.trust.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.cli.CommandRun;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFixture;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A private repository behind TLS, a clone of it, and a vault with the token. */
public final class PrivateBranch implements AutoCloseable {
  /** The made-up value of {@code forge/token}. */
  public static final String TOKEN = "made-up-token-of-a-forge-7Hq3";

  /** What the branch has at first. */
  public static final String NARROW =
      "{\"version\": 1, \"mcpServers\": {\"weather\": {\"command\": \"/bin/cat\","
          + " \"tools\": {\"allow\": [\"get_*\"]}}}}";

  /** What a colleague merges. */
  public static final String WIDE =
      "{\"version\": 1, \"mcpServers\": {\"weather\": {\"command\": \"/bin/cat\","
          + " \"env\": {\"KEY\": \"secret:weather/key\"}, \"tools\": {\"allow\": [\"*\"]}}}}";

  private final Path folder;
  private final Home home;
  private final Path colleague;
  private final Path clone;
  private final Path passphrase;
  private final TlsRemote tls;

  /** In an empty folder, by its real path. */
  public PrivateBranch(Path folder) throws Exception {
    this.folder = folder;
    Tools.require("git");
    home = Home.locate(Map.of("GATEKEEPER_HOME", folder.resolve("home").toString()));
    VaultFixture.create(home.resolve("vault")).close();
    put("forge/token", TOKEN);
    Path remote = Files.createDirectories(folder.resolve("srv/remote.git"));
    git(folder, "init", "-q", "--bare", "-b", "main", remote.toString());
    colleague = folder.resolve("colleague");
    git(folder, "clone", "-q", remote.toString(), colleague.toString());
    publish(NARROW);
    clone = folder.resolve("clone");
    git(folder, "clone", "-q", remote.toString(), clone.toString());
    passphrase = folder.resolve("passphrase");
    unlock();
    tls = TlsRemote.start(folder.resolve("srv"), folder.resolve("tls"), "ip:127.0.0.1");
    tls.demands(Credential.USER, TOKEN);
    Files.write(folder.resolve("authority"), tls.authority());
  }

  /** Runs git as anybody would. */
  public static String git(Path directory, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t"));
    line.addAll(List.of(arguments));
    File said = File.createTempFile("said", "");
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said)
            .start();
    int exit = process.waitFor();
    String text = Files.readString(said.toPath()).strip();
    Files.delete(said.toPath());
    assertThat(exit).as(text).isZero();
    return text;
  }

  /** Stores a made-up value. */
  public void put(String name, String value) throws Exception {
    try (OpenVault vault = VaultFixture.open(home.resolve("vault"))) {
      assertThat(VaultFixture.put(vault, name, value)).isNotNull();
    }
  }

  /** A colleague merges a list. */
  public void publish(String list) throws Exception {
    write(colleague, list);
    git(colleague, "add", ".");
    git(colleague, "commit", "-q", "-m", "list");
    git(colleague, "push", "-q", "origin", "HEAD:main");
  }

  /** A colleague merges the wide list, and the clone pulls. */
  public void widen() throws Exception {
    publish(WIDE);
    write(clone, WIDE);
  }

  private static void write(Path project, String list) throws Exception {
    Files.createDirectories(project.resolve(".gatekeeper"));
    Files.writeString(project.resolve(".gatekeeper/allowlist.json"), list);
  }

  /** Puts the passphrase where sessions and commands look for it. */
  public void unlock() throws Exception {
    Files.writeString(passphrase, VaultFixture.PASSPHRASE);
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
  }

  /** Takes it away. */
  public void lock() throws Exception {
    Files.delete(passphrase);
  }

  /** The environment of a person whose passphrase lies in a file. */
  public Map<String, String> environment() {
    return Map.of(
        "GATEKEEPER_HOME", home.path().toString(),
        "HOME", folder.toString(),
        "GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }

  /** {@code gatekeeper} in the clone. */
  public CommandRun run(String... arguments) {
    CommandRun run = CommandRun.in(clone);
    environment().forEach(run::with);
    return run.run(arguments);
  }

  /** Binds the clone to the branch, as a person types it. */
  public CommandRun bind(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of("allowlist", "trust", "--yes", "--follow", "main", "--remote", url()));
    line.addAll(List.of("--known-by", folder.resolve("authority").toString()));
    line.addAll(List.of(more));
    return run(line.toArray(String[]::new));
  }

  /** With the token. */
  public void bound() {
    CommandRun run = bind("--token", "secret:forge/token");
    assertThat(run.exit()).as("%s%s", run.out(), run.err()).isZero();
  }

  public String url() {
    return tls.url("remote.git");
  }

  public Home home() {
    return home;
  }

  public Path project() {
    return clone;
  }

  public TlsRemote tls() {
    return tls;
  }

  @Override
  public void close() {
    tls.close();
  }
}
