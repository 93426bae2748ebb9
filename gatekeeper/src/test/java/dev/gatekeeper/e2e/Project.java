package dev.gatekeeper.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.cli.CommandRun;
import dev.gatekeeper.files.Home;
import dev.gatekeeper.vault.OpenVault;
import dev.gatekeeper.vault.VaultFile;
import dev.gatekeeper.vault.VaultFixture;
import dev.gatekeeper.vault.key.Argon2Cost;
import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A repository with an allow-list, and a person's {@code GATEKEEPER_HOME} beside it, both in a
 * temporary folder. What a test is about is done by the built program, as a person would do it;
 * what it begins with ({@link #adopted}, {@link #locked}, {@link #trusted}), by the same commands
 * within the test, for each start of a program costs a second.
 */
final class Project {
  private static final Path LAUNCHER = Path.of("bin", "gatekeeper").toAbsolutePath();

  /** Made up, like every other secret of these tests. */
  private static final String PASSPHRASE = "made-up passphrase of a test";

  /** How a command ended. */
  record Result(int exit, String out, String err) {}

  private final Path folder;
  private final Path work;
  private final Path home;
  private final Path passphrase;
  private final Map<String, String> secrets = new TreeMap<>();
  private final ObjectNode list = JsonMapper.shared().createObjectNode();

  Project(Path folder) throws IOException {
    this.folder = folder.toRealPath();
    this.work = Files.createDirectories(this.folder.resolve("work"));
    this.home = this.folder.resolve("state");
    this.passphrase = Files.writeString(this.folder.resolve("passphrase"), PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectories(this.folder.resolve("userhome"));
    list.put("version", 1);
    list.putObject("mcpServers");
  }

  /** Adds a server to the list; {@code more} is what its entry has beside the command, as JSON. */
  Project server(String name, List<String> command, String more) {
    ObjectNode entry = JsonMapper.shared().createObjectNode();
    entry.put("reason", "a test").put("owner", "tests").put("command", command.getFirst());
    command.stream().skip(1).forEach(entry.withArray("args")::add);
    entry.setAll((ObjectNode) JsonMapper.shared().readTree(more));
    ((ObjectNode) list.get("mcpServers")).set(name, entry);
    return this;
  }

  /** Adds a remote server to the list; {@code more} is what its entry has beside the address. */
  Project remote(String name, URI url, String more) {
    ObjectNode entry = JsonMapper.shared().createObjectNode();
    entry.put("reason", "a test").put("owner", "tests").put("type", "http");
    entry.put("url", url.toString());
    entry.setAll((ObjectNode) JsonMapper.shared().readTree(more));
    ((ObjectNode) list.get("mcpServers")).set(name, entry);
    return this;
  }

  /** A server of {@code src/test/peers/hostile.mjs} that misbehaves in the way of {@code mode}. */
  Project hostile(Peers peers, String name, String mode, String more) {
    return server(
        name,
        List.of(peers.node().toString(), script("hostile.mjs"), mode, trace(name).toString()),
        more);
  }

  /** The requests that a hostile server has received, a line each; missing where it got none. */
  Path trace(String name) {
    return folder.resolve(name + ".trace");
  }

  static String script(String name) {
    return Path.of("src", "test", "peers", name).toAbsolutePath().toString();
  }

  Project secret(String name, String value) {
    secrets.put(name, value);
    return this;
  }

  /**
   * Writes the list, makes the vault, stores the secrets and trusts the list. Its servers say of
   * themselves what they like: nothing of it is locked.
   */
  Project adopted() throws IOException, InterruptedException {
    for (JsonNode entry : list.get("mcpServers")) {
      ((ObjectNode) entry).put("dynamic", "a test of what a server says now");
      if (entry.has("command")) {
        ((ObjectNode) entry).put("unpinned", "nothing is locked");
      }
    }
    withVault();
    writeList();
    for (JsonNode entry : list.get("mcpServers")) {
      if (entry.has("ca")) {
        done(gatekeeper("allowlist", "lock", "--yes")); // its file alone
      }
    }
    return trusted();
  }

  /** The same, with what each server says now in the lock. */
  Project locked() throws IOException, InterruptedException {
    withVault();
    writeList();
    done(within(person(), "allowlist", "lock", "--yes"));
    return trusted();
  }

  /** Takes a server from the list. */
  Project without(String name) {
    ((ObjectNode) list.get("mcpServers")).remove(name);
    return this;
  }

  /** Trusts what is written. */
  Project trusted() throws IOException, InterruptedException {
    done(within(person(), "allowlist", "trust", "--yes"));
    return this;
  }

  /**
   * Makes the vault and stores the secrets. A guess costs the least that a file may ask for, which
   * no command makes: each command and session of a test would pay five times as much.
   */
  Project withVault() throws IOException {
    Home state = Home.locate(Map.of("GATEKEEPER_HOME", home.toString()));
    try (Passphrase known = new Passphrase(PASSPHRASE.getBytes(UTF_8));
        OpenVault vault = VaultFile.create(VaultFile.in(state).path(), known, Argon2Cost.LEAST)) {
      for (Map.Entry<String, String> secret : secrets.entrySet()) {
        VaultFixture.put(vault, secret.getKey(), secret.getValue());
      }
    } catch (VaultException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  /** Writes the list as it is now, without anybody's trust. */
  Path writeList() throws IOException {
    Path file = work.resolve(".gatekeeper/allowlist.json");
    Files.createDirectories(file.getParent());
    return Files.writeString(
        file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(list));
  }

  private static void done(Result result) {
    assertThat(result.exit()).as("%s", result).isZero();
  }

  /** Runs a command within the test. */
  Result within(Map<String, String> environment, String... arguments) {
    CommandRun run = CommandRun.in(work).at(Clock.systemUTC());
    environment.forEach(run::with);
    run.run(arguments);
    return new Result(run.exit(), run.out(), run.err());
  }

  /** Runs a command as the person does, whose passphrase file is there. */
  Result gatekeeper(String... arguments) throws IOException, InterruptedException {
    return run(List.of(arguments), person(), "");
  }

  /** Runs a command as the agent's own shell can: no passphrase. */
  Result asAgent(String... arguments) throws IOException, InterruptedException {
    return run(List.of(arguments), agent(), "");
  }

  Result run(List<String> arguments, Map<String, String> environment, String input)
      throws IOException, InterruptedException {
    return runProgram(command(arguments), environment, input);
  }

  Result runProgram(List<String> command, Map<String, String> environment, String input)
      throws IOException, InterruptedException {
    Path in = Files.writeString(Files.createTempFile(folder, "in", ""), input);
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    return new Result(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  /** The command line of the built program, as an agent's configuration has it. */
  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(arguments);
    return command;
  }

  List<String> command(String... arguments) {
    return command(Arrays.asList(arguments));
  }

  /** The environment of a person's terminal, with the passphrase file. */
  Map<String, String> person() {
    Map<String, String> environment = agent();
    environment.put("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
    return environment;
  }

  /** The environment of an agent that nobody gave a passphrase. */
  Map<String, String> agent() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("HOME", folder.resolve("userhome").toString());
    environment.put("GATEKEEPER_HOME", home.toString());
    environment.put("GATEKEEPER_JAVA_HOME", System.getProperty("java.home"));
    return environment;
  }

  RawClient serve() throws IOException {
    return serve(person());
  }

  RawClient serve(Map<String, String> environment) throws IOException {
    return RawClient.start(command("serve"), environment, work, serveLog());
  }

  Path serveLog() {
    return folder.resolve("serve.log");
  }

  /** Where the project lives: the working directory of every command. */
  Path work() {
    return work;
  }

  /** {@code GATEKEEPER_HOME}. */
  Path home() {
    return home;
  }

  Path folder() {
    return folder;
  }

  /** Every segment of the chain, as text. */
  String chain() throws IOException {
    StringBuilder chain = new StringBuilder();
    try (Stream<Path> segments = Files.list(home.resolve("audit/log"))) {
      for (Path segment : segments.sorted().toList()) {
        chain.append(Files.readString(segment, UTF_8));
      }
    }
    return chain.toString();
  }
}
