package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  @SuppressWarnings("NullAway.Init") // by each test
  private Process terminal;

  @SuppressWarnings("NullAway.Init")
  private BufferedReader screen;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
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
    command().run("vault", "init");
    command().input(VALUE.getBytes(UTF_8)).run("vault", "put", "token");
    assertThat(command().run("allowlist", "trust", "--yes").exit()).isZero();
  }

  @AfterEach
  void end() {
    if (terminal != null) {
      terminal.descendants().forEach(ProcessHandle::destroyForcibly);
      terminal.destroyForcibly();
    }
  }

  private Map<String, String> environment() {
    return Map.of(
        "HOME",
        folder.toString(),
        "PATH",
        "/usr/bin:/bin",
        "TERM",
        "dumb",
        "PS1",
        "",
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

  /** Types nothing yet: a terminal without echo, in which {@code line} runs. */
  private void open(String line) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Tools.require("script").toString(), "-qec", "stty -echo; " + line, "/dev/null")
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment());
    terminal = builder.start();
    screen = new BufferedReader(new InputStreamReader(terminal.getInputStream(), UTF_8));
  }

  private static String run() {
    return String.join(
        " ",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "run",
        "child");
  }

  private void type(String text) throws IOException {
    terminal.getOutputStream().write(text.getBytes(UTF_8));
    terminal.getOutputStream().flush();
  }

  /** Reads on until a line holds {@code text}; nothing on the way may be a value. */
  private void see(String text) throws IOException {
    String line;
    StringBuilder seen = new StringBuilder();
    while ((line = screen.readLine()) != null) {
      seen.append(line).append('\n');
      assertThat(line).doesNotContain(VALUE);
      if (line.contains(text)) {
        return;
      }
    }
    throw new AssertionError("the screen showed no '" + text + "' but:\n" + seen);
  }

  @Test
  void theKeyboardIsTheChildsAndItsOutputIsMasked() throws Exception {
    open("exec " + run());
    see("keyboard");
    see("no screen");
    see("ready");
    type("made\n");
    see("heard made");
    type("show\n");
    see("[secret:token]");
    type("end\n");
    assertThat(terminal.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(terminal.exitValue()).isEqualTo(5);
  }

  @Test
  void aResizedWindowReachesIt() throws Exception {
    open("exec " + run());
    see("ready");
    type("size\n");
    see("got WINCH");
    type("end\n");
    assertThat(terminal.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void itStopsAndGoesOnAsAJobOfTheShell() throws Exception {
    open("exec bash --norc --noprofile -i");
    type(run() + "\n");
    see("ready");
    type("\032"); // ctrl-Z
    see("Stopped");
    type("jobs; echo at the shell\n");
    see("at the shell");
    type("fg\n");
    type("again\n");
    see("heard again");
    type("end\n");
    type("echo ended with $?\n");
    see("ended with 5");
    type("exit\n");
    assertThat(terminal.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }
}
