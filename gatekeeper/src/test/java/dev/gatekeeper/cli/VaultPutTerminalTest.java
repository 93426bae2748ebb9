package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.TypedTerminal;
import java.nio.file.Path;
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
  private PersonAtTerminal person;

  @SuppressWarnings("NullAway.Init")
  private TypedTerminal terminal;

  @BeforeEach
  void layOut() throws Exception {
    person = PersonAtTerminal.in(folder);
    terminal = person.terminal();
  }

  @AfterEach
  void end() {
    terminal.close();
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
    assertThat(person.command().run("vault", "list").out()).doesNotContain("key");

    CommandRun instead = person.command().input(KEY.getBytes(UTF_8)).run("vault", "put", "key");
    assertThat(instead.out()).startsWith("Stored key (" + KEY.length() + " bytes");
  }
}
