package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.cli.console.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the agent's own shell can try, by real processes: it has the files and the program, and not
 * the passphrase.
 */
final class AgentRoutesTest {
  private static final String PASSPHRASE = "made-up passphrase of the tests";
  private static final String GUESS = "made-up guess of an agent";
  private static final String VALUE = "made-up-value-of-a-token";

  @TempDir Path folder;
  private Path home;
  private Path repository;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    home = folder.resolve("home");
    repository = Files.createDirectory(folder.resolve("repository"));
    Files.createDirectory(repository.resolve(".gatekeeper"));
    Files.writeString(
        repository.resolve(".gatekeeper/allowlist.json"),
        "{\"version\": 1, \"commands\": {\"env\": {\"unpinned\": \"a test\", \"command\":"
            + " \"/usr/bin/env\"}}}");
    Path file = Files.writeString(folder.resolve("passphrase"), PASSPHRASE);
    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    assertThat(person().run("vault", "init").exit()).isZero();
    assertThat(person().input(VALUE.getBytes(UTF_8)).run("vault", "put", "token").exit()).isZero();
  }

  private CommandRun person() {
    return CommandRun.in(repository)
        .with("GATEKEEPER_HOME", home.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  private record Ended(int exit, String out) {}

  private List<String> gatekeeper(String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    line.addAll(List.of(arguments));
    return line;
  }

  /** Runs a line; types each answer when its prompt has appeared. */
  private Ended run(Map<String, String> environment, List<String> line, String... dialogue)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(line).directory(repository.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", folder.toString()));
    builder.environment().put("GATEKEEPER_HOME", home.toString());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    Process process = builder.start();
    StringBuilder seen = new StringBuilder();
    try (OutputStream in = process.getOutputStream();
        InputStream out = process.getInputStream()) {
      for (int i = 0; i < dialogue.length; i += 2) {
        until(out, seen, dialogue[i]);
        in.write((dialogue[i + 1] + "\n").getBytes(UTF_8));
        in.flush();
      }
      until(out, seen, "\0never");
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), seen.toString());
  }

  private static void until(InputStream out, StringBuilder seen, String prompt) throws IOException {
    int from = seen.length();
    for (int next = out.read(); next >= 0; next = out.read()) {
      seen.append((char) next);
      if (seen.indexOf(prompt, from) >= 0) {
        return;
      }
    }
  }

  /** By script(1): a terminal that a program made. */
  private List<String> terminal(List<String> line) {
    String quoted =
        line.stream().map(word -> "'" + word + "'").reduce((a, b) -> a + " " + b).orElseThrow();
    return List.of(Tools.require("script").toString(), "-qec", quoted, "/dev/null");
  }

  private void nothingIsTrusted() {
    CommandRun run = person().run("run", "env");
    assertThat(run.exit()).isEqualTo(125);
    assertThat(home.resolve("trust.json")).doesNotExist();
  }

  @Test
  void aNewSessionWithoutATerminalHasNoProof() throws Exception {
    List<String> line = new ArrayList<>(List.of(Tools.require("setsid").toString(), "--wait"));
    line.addAll(gatekeeper("allowlist", "trust", "--yes"));
    Ended ended = run(Map.of(), line);

    assertThat(ended.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(ended.out()).contains("the vault's passphrase is needed");
    nothingIsTrusted();
  }

  @Test
  void aTerminalOfItsOwnIsNoProof() throws Exception {
    Ended ended =
        run(
            Map.of(),
            terminal(gatekeeper("allowlist", "trust", "--yes")),
            "Passphrase of the vault: ",
            GUESS);

    assertThat(ended.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
    assertThat(ended.out())
        .contains("the passphrase does not open the vault")
        .doesNotContain(GUESS);
    nothingIsTrusted();
  }

  @Test
  void aValueCannotBePrintedThroughRun() throws Exception {
    Ended ended =
        run(
            Map.of(),
            terminal(gatekeeper("run", "--env", "T=secret:token", "--", "sh", "-c", "echo $T|rev")),
            "Passphrase of the vault: ",
            GUESS);

    assertThat(ended.exit()).isEqualTo(125);
    assertThat(ended.out()).doesNotContain(new StringBuilder(VALUE).reverse());
  }

  @Test
  void aVariableWithThePassphraseIsNotRead() throws Exception {
    Ended ended =
        run(Map.of("GATEKEEPER_PASSPHRASE", PASSPHRASE), withSetsid(gatekeeper("vault", "list")));

    assertThat(ended.exit()).isEqualTo(CommandFailure.CANNOT_JUDGE);
  }

  @Test
  void anotherHomeGrantsNothingHere() throws Exception {
    Path other = folder.resolve("agents-home");
    Path known = Files.writeString(folder.resolve("agents-passphrase"), GUESS);
    Files.setPosixFilePermissions(
        known, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    Map<String, String> environment =
        Map.of("GATEKEEPER_HOME", other.toString(), "GATEKEEPER_PASSPHRASE_FILE", known.toString());
    assertThat(run(environment, gatekeeper("vault", "init")).exit()).isZero();
    assertThat(run(environment, gatekeeper("allowlist", "trust", "--yes")).exit()).isZero();

    nothingIsTrusted();
    Files.copy(other.resolve("trust.json"), home.resolve("trust.json"));
    assertThat(person().run("run", "env").exit()).isEqualTo(125);
    // With its own vault in place of ours, it has its own trust, and none of our secrets.
    Files.delete(home.resolve("vault"));
    Files.copy(other.resolve("vault"), home.resolve("vault"));
    assertThat(person().run("vault", "list").err())
        .contains("another vault was put in the place of the one that the log knows");
  }

  @Test
  void aPersonAtATerminalIsAskedAndNothingIsShown() throws Exception {
    Ended ended =
        run(
            Map.of(),
            terminal(gatekeeper("allowlist", "trust")),
            "Put this in force? Type yes: ",
            "yes",
            "Passphrase of the vault: ",
            PASSPHRASE);

    assertThat(ended.out())
        .contains("In force; running sessions take it over.")
        .doesNotContain(PASSPHRASE);
    assertThat(ended.exit()).isZero();
    assertThat(person().run("run", "env").exit()).isZero();
  }

  @Test
  void aPersonWhoDoesNotSayYesChangesNothing() throws Exception {
    Ended ended =
        run(
            Map.of(),
            terminal(gatekeeper("allowlist", "trust")),
            "Put this in force? Type yes: ",
            "no");

    assertThat(ended.exit()).isEqualTo(CommandFailure.NO);
    nothingIsTrusted();
  }

  @Test
  void aValueIsTypedWithoutEcho() throws Exception {
    Ended ended =
        run(
            Map.of(),
            terminal(gatekeeper("vault", "put", "typed")),
            "Passphrase of the vault: ",
            PASSPHRASE,
            "Value of typed (not shown): ",
            "made-up-typed-value");

    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).contains("Stored typed (19 bytes, ").doesNotContain("made-up-typed");
  }

  private static List<String> withSetsid(List<String> line) {
    List<String> all = new ArrayList<>(List.of(Tools.require("setsid").toString(), "--wait"));
    all.addAll(line);
    return all;
  }
}
