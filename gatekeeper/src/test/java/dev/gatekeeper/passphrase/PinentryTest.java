package dev.gatekeeper.passphrase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.vault.key.Passphrase;
import dev.gatekeeper.vault.text.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pinentry that plays a person, after the Assuan protocol. */
final class PinentryTest {
  @TempDir Path folder;
  private Path heard;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void layOut() {
    heard = folder.resolve("heard");
    environment.putAll(Map.of("DISPLAY", ":7", "HOME", folder.toString(), "MADE_UP", "ambient"));
  }

  private Path program(String name, String answer) throws Exception {
    String text =
        """
        #!/bin/sh
        PATH=/usr/bin:/bin
        env >'%1$s.env'
        echo 'OK Pleased to meet you'
        while IFS= read -r line; do
          printf '%%s\\n' "$line" >>'%1$s'
          case $line in
            GETPIN) printf '%2$s' ;;
            BYE) echo OK; exit 0 ;;
            *) echo OK ;;
          esac
        done
        """
            .formatted(heard, answer);
    Path program = Files.writeString(folder.resolve(name), text);
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private Optional<String> ask(Path... programs) throws VaultException {
    Pinentry pinentry = new Pinentry(environment, "opens 100% of it\nnow", List.of(programs));
    try (Passphrase typed = pinentry.ask("Passphrase", false).orElse(null)) {
      return typed == null
          ? Optional.empty()
          : Optional.of(
              typed.same(new Passphrase("made-up 100% ü".getBytes(UTF_8))) ? "same" : "no");
    }
  }

  @Test
  void aPersonTypesThePassphraseIntoAWindow() throws Exception {
    assertThat(
            ask(
                program(
                    "pinentry-x", "S PASSWORD_FROM_CACHE\\nD made-up 100%%25 %%C3%%BC\\nOK\\n")))
        .hasValue("same");
    assertThat(Files.readAllLines(heard))
        .containsExactly(
            "SETTITLE gatekeeper",
            "SETDESC opens 100%25 of it%0Anow",
            "SETPROMPT Passphrase:",
            "GETPIN",
            "BYE");
    assertThat(Files.readString(Path.of(heard + ".env")))
        .contains("DISPLAY=:7")
        .doesNotContain("MADE_UP");
  }

  @Test
  void onePassphraseMayComeInSeveralPieces() throws Exception {
    assertThat(ask(program("pinentry-x", "D made-up\\nD  100%%25 %%c3%%bc\\nOK\\n")))
        .hasValue("same");
  }

  @Test
  void aPersonWhoCancelsIsNotAskedElsewhere() throws Exception {
    Path cancels = program("pinentry-x", "ERR 83886179 Operation cancelled <Pinentry>\\n");
    assertThatThrownBy(() -> ask(cancels))
        .isInstanceOf(VaultException.class)
        .hasMessage("no passphrase was typed");
    Path nothing = program("pinentry-y", "OK\\n");
    assertThatThrownBy(() -> ask(nothing)).hasMessage("no passphrase was typed");
    Path dies = program("pinentry-z", "");
    assertThatThrownBy(() -> ask(dies)).hasMessage("no passphrase was typed");
  }

  @Test
  void oneThatDrawsOnATerminalIsNotAsked() throws Exception {
    Path curses = program("pinentry-curses", "D made-up\\nOK\\n");
    Path link = Files.createSymbolicLink(folder.resolve("pinentry"), curses);
    Path tty = program("pinentry-tty", "D made-up\\nOK\\n");

    assertThat(ask(curses, link, tty, folder.resolve("none"))).isEmpty();
    assertThat(heard).doesNotExist();
  }

  @Test
  void withoutADesktopNobodyIsAsked() throws Exception {
    environment.remove("DISPLAY");
    assertThat(ask(program("pinentry-x", "D made-up\\nOK\\n"))).isEmpty();
    assertThat(heard).doesNotExist();
  }

  @Test
  void theOneOfGpgAgentComesFirst() throws Exception {
    Path other = program("pinentry-x", "D other\\nOK\\n");
    Path mine = program("pinentry-mine", "D made-up 100%%25 %%C3%%BC\\nOK\\n");
    Path gnupg = Files.createDirectories(folder.resolve(".gnupg"));
    Files.writeString(
        gnupg.resolve("gpg-agent.conf"),
        "# pinentry-program /nonexistent\ndefault-cache-ttl 5\npinentry-program " + mine + "\n");
    assertThat(ask(other)).hasValue("same");
  }
}
