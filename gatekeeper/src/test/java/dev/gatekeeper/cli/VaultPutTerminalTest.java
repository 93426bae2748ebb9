package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.TypedTerminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code vault put} by a person who pastes: the value is kept whole, or refused. */
@Timeout(120)
final class VaultPutTerminalTest {
  private static final String KEY =
      """
      -----BEGIN PRIVATE KEY-----
      echo made-up-$((40+2))
      -----END PRIVATE KEY-----
      """;

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private TypedTerminal terminal;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    assertThat(command().run("vault", "init").exit()).isZero();
    terminal = TypedTerminal.open(folder, environment());
  }

  @AfterEach
  void end() {
    terminal.close();
  }

  private Map<String, String> environment() {
    return Map.of(
        "HOME",
        folder.toString(),
        "PATH",
        "/usr/bin:/bin",
        "TERM",
        "dumb",
        "GATEKEEPER_HOME",
        folder.resolve("home").toString(),
        "GATEKEEPER_PASSPHRASE_FILE",
        folder.resolve("passphrase").toString());
  }

  private CommandRun command() {
    CommandRun run = CommandRun.in(folder);
    environment().forEach(run::with);
    return run;
  }

  private void put(String name) throws Exception {
    terminal.type(TypedTerminal.java(Main.class, "vault", "put", name) + "\n");
    terminal.see("Value of " + name + " (not shown): ");
  }

  @Test
  void aLineThatTheTerminalWouldCutIsKeptWhole() throws Exception {
    put("long");
    terminal.type("made-up-" + "0123456789".repeat(500) + "\r");
    terminal.see("Stored long (5008 bytes");
  }

  @Test
  void aKeyOfSeveralLinesIsRefusedAndNoShellGetsIt() throws Exception {
    put("key");
    terminal.type(KEY.replace('\n', '\r'));
    terminal.see("gatekeeper: error: several lines were pasted");
    terminal.see("gatekeeper: hint: gatekeeper vault put key < FILE");
    terminal.type("echo ended-$?-the-$((1+1))nd\n");
    terminal.see("ended-3-the-2nd");
    assertThat(terminal.shown()).doesNotContain("made-up-42");
    assertThat(command().run("vault", "list").out()).doesNotContain("key");

    CommandRun instead = command().input(KEY.getBytes(UTF_8)).run("vault", "put", "key");
    assertThat(instead.out()).startsWith("Stored key (" + KEY.length() + " bytes");
  }
}
