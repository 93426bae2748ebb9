package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.TypedTerminal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} at a terminal, with a secret: who has the keys, and what is shown. */
@Timeout(120)
final class RunTerminalTest {
  private static final String VALUE = "made-up-value-of-the-vault";

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private TypedTerminal terminal;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    PersonAtTerminal person = PersonAtTerminal.in(folder);
    Files.createDirectory(folder.resolve(".gatekeeper"));
    Path child = folder.resolve("child");
    Files.writeString(
        child,
        """
        trap 'echo got WINCH' WINCH
        [ -t 0 ] && echo keyboard; [ -t 1 ] || echo 'no screen'
        echo ready
        while read word; do
          case $word in
            show) echo "$TOKEN" ;;
            size) stty rows 33 </dev/tty; echo sized ;;
            end) exit 5 ;;
            *) echo "heard $word" ;;
          esac
        done
        """);
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.json"),
        "{\"version\":1,\"commands\":{\"child\":{\"unpinned\":\"a"
            + " test\",\"command\":\"/bin/sh\",\"args\":[\""
            + child
            + "\"],\"env\":{\"TOKEN\":\"secret:token\"}}}}");
    person.command().input(VALUE.getBytes(UTF_8)).run("vault", "put", "token");
    assertThat(person.command().run("allowlist", "trust", "--yes").exit()).isZero();
    terminal = person.terminal();
    terminal.type(TypedTerminal.java(Main.class, "run", "child") + "\n");
  }

  @AfterEach
  void end() {
    terminal.close();
  }

  private void endsWith(int status) throws Exception {
    terminal.type("end\n");
    terminal.type("echo ended with $?\n");
    terminal.see("ended with " + status);
    assertThat(terminal.shown()).doesNotContain(VALUE);
  }

  @Test
  void theKeyboardIsTheChildsAndItsOutputIsMasked() throws Exception {
    terminal.see("keyboard");
    terminal.see("no screen");
    terminal.see("ready");
    terminal.type("made\n");
    terminal.see("heard made");
    terminal.type("show\n");
    terminal.see("[secret:token]");
    endsWith(5);
  }

  @Test
  void aResizedWindowReachesIt() throws Exception {
    terminal.see("ready");
    terminal.type("size\n");
    terminal.see("got WINCH");
    endsWith(5);
  }

  @Test
  void itStopsAndGoesOnAsAJobOfTheShell() throws Exception {
    terminal.see("ready");
    terminal.type("\032"); // ctrl-Z
    terminal.see("Stopped");
    terminal.type("jobs; echo at the $((1+1))nd shell\n");
    terminal.see("at the 2nd shell");
    terminal.type("fg\n");
    terminal.type("again\n");
    terminal.see("heard again");
    endsWith(5);
  }
}
