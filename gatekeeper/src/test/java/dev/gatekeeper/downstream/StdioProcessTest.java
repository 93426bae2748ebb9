package dev.gatekeeper.downstream;

import static dev.gatekeeper.downstream.Recording.bytes;
import static dev.gatekeeper.downstream.Recording.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatekeeper.wire.WireLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StdioProcessTest {
  private static final String ECHO = "while read -r line; do echo \"$line\"; done";

  private final Watchdog watchdog = new Watchdog();
  private final Recording recording = new Recording();

  @AfterEach
  void close() {
    watchdog.close();
  }

  private StdioProcess start(LaunchSpec spec) throws LaunchException {
    return StdioProcess.start(spec, recording, watchdog);
  }

  private LaunchSpec program(Path program, String... arguments) {
    return new LaunchSpec(
        "test", program, List.of(arguments), List.of(), Path.of("/tmp"), WireLimits.DEFAULT);
  }

  @Test
  void passesFramesBothWays() throws Exception {
    StdioProcess server = start(shell(ECHO));
    assertThat(server.offer(bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"))).isTrue();
    assertThat(recording.message()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
  }

  @Test
  void givesTheChildItsVariablesAndNoOther() throws Exception {
    assertThat(System.getenv()).as("there was something to inherit").isNotEmpty();
    assertThat(environmentOf("GREETING=hello", "TOKEN=made-up-token"))
        .containsExactly("GREETING=hello", "TOKEN=made-up-token", "");
  }

  @Test
  void givesTheChildAnEmptyEnvironmentWhenNoneIsNamed() throws Exception {
    assertThat(environmentOf()).containsExactly("");
  }

  /** As the kernel has it, of a program that adds nothing, as a shell does. */
  private String[] environmentOf(String... variables) throws Exception {
    LaunchSpec inShell = shell("", variables);
    StdioProcess cat =
        start(
            new LaunchSpec(
                "test",
                Path.of("/bin/cat"),
                List.of(),
                inShell.environment(),
                Path.of("/"),
                WireLimits.DEFAULT));
    Alive.awaitCommand(cat.pid());
    return Files.readString(Path.of("/proc/" + cat.pid() + "/environ")).split("\0", -1);
  }

  @Test
  void startsInItsDirectory() throws Exception {
    LaunchSpec inShell = shell("pwd -P >&2");
    start(
        new LaunchSpec(
            "test",
            inShell.program(),
            inShell.arguments(),
            List.of(),
            Path.of("/usr/share"),
            WireLimits.DEFAULT));
    assertThat(recording.logLine()).isEqualTo("/usr/share");
  }

  @Test
  void tellsTheExitCode() throws Exception {
    start(shell("exit 3"));
    Ended.OfProcess how = recording.awaitEnd();
    assertThat(how.cause()).isEqualTo(Ended.Cause.EXITED);
    assertThat(how.exitCode()).hasValue(3);
    assertThat(how.text()).isEqualTo("ended with exit code 3");
  }

  @Test
  void tellsTheSignal() throws Exception {
    start(shell("kill -KILL $$"));
    Ended.OfProcess how = recording.awaitEnd();
    assertThat(how.signal()).hasValue(9);
    assertThat(how.exitCode()).isEmpty();
    assertThat(how.text()).isEqualTo("ended with signal 9");
  }

  @Test
  void deliversWhatWasWrittenBeforeTheExit() throws Exception {
    start(shell("for i in 1 2 3; do echo '{\"jsonrpc\":\"2.0\",\"method\":\"a\"}'; done; exit 1"));
    recording.awaitEnd();
    assertThat(recording.framesWaiting()).isEqualTo(3);
  }

  @Test
  void offersNothingToAnEndedServer() throws Exception {
    StdioProcess server = start(shell("exit 0"));
    recording.awaitEnd();
    assertThat(server.offer(bytes("{}"))).isFalse();
    assertThat(server.offerFirst(bytes("{}"))).isFalse();
  }

  @Test
  void refusesAProgramThatDoesNotExist() {
    assertThatThrownBy(() -> start(program(Path.of("/nowhere/server"))))
        .isInstanceOf(LaunchException.class)
        .hasMessage("/nowhere/server does not exist");
  }

  @Test
  void refusesADirectoryThatDoesNotExist() {
    LaunchSpec spec =
        new LaunchSpec(
            "test",
            Path.of("/bin/sh"),
            List.of(),
            List.of(),
            Path.of("/nowhere"),
            WireLimits.DEFAULT);
    assertThatThrownBy(() -> start(spec))
        .isInstanceOf(LaunchException.class)
        .hasMessage("working directory /nowhere does not exist");
  }

  @Test
  void refusesAProgramWithoutTheExecuteBit(@TempDir Path folder) throws Exception {
    Path file = script(folder, "#!/bin/sh\n", "rw-r--r--");
    assertThatThrownBy(() -> start(program(file)))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("may not be executed");
  }

  @Test
  void refusesAScriptWhoseInterpreterIsMissing(@TempDir Path folder) throws Exception {
    Path file = script(folder, "#!/nowhere/interpreter\n", "rwxr-xr-x");
    assertThatThrownBy(() -> start(program(file)))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("the interpreter that it names does not exist");
  }

  @Test
  void refusesAFileThatIsNoProgram(@TempDir Path folder) throws Exception {
    Path file = script(folder, "just text\n", "rwxr-xr-x");
    assertThatThrownBy(() -> start(program(file)))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("is not a program for this machine");
  }

  @Test
  void refusesTooMuchToPassWithoutShowingIt() {
    String secret = "made-up-secret-" + "x".repeat(4 << 20);
    assertThatThrownBy(() -> start(shell("exit 0", "TOKEN=" + secret)))
        .isInstanceOf(LaunchException.class)
        .hasMessage("arguments and variables of the server are longer than this system allows")
        .hasNoCause();
  }

  @Test
  void refusesANulWithoutShowingTheVariable() {
    assertThatThrownBy(() -> start(shell("exit 0", "TOKEN=made-up\0SECOND=variable")))
        .isInstanceOf(LaunchException.class)
        .hasMessage("an argument or a variable of the server holds a NUL character")
        .hasNoCause();
  }

  @Test
  void leavesTheCallersArraysAlone() throws Exception {
    byte[] variable = bytes("TOKEN=made-up-token");
    byte[] copy = Arrays.copyOf(variable, variable.length);
    start(
        new LaunchSpec(
            "test",
            Path.of("/bin/true"),
            List.of(),
            List.of(variable),
            Path.of("/"),
            WireLimits.DEFAULT));
    recording.awaitEnd();
    assertThat(variable).isEqualTo(copy);
  }

  private static Path script(Path folder, String text, String permissions) throws Exception {
    Path file = Files.writeString(folder.resolve("server"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
