package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.kernel.PassedSignals;
import dev.gatekeeper.kernel.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of a terminal under {@code run}, in a process of its own. */
@Timeout(120)
final class RunSignalsTest {
  /** Tells each signal that it gets, and ends by itself a while after the last. */
  private static final String CHILD =
      "trap 'echo got TERM; exit 7' TERM; trap 'echo got INT; exit 9' INT; "
          + "trap 'echo got HUP; exit 8' HUP; echo ready $$; "
          + "while :; do sleep 0.1; done";

  @TempDir Path folder;

  @BeforeEach
  void layOut() throws Exception {
    folder = folder.toRealPath();
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests");
    assertThat(passphrase.toFile().setReadable(false, false)).isTrue();
    assertThat(passphrase.toFile().setReadable(true, true)).isTrue();
    Files.createDirectory(folder.resolve(".gatekeeper"));
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.json"),
        "{\"version\":1,\"commands\":{\"child\":{\"unpinned\":\"a"
            + " test\",\"command\":\"/bin/sh\",\"args\":[\"-c\",\""
            + CHILD
            + "\"]}}}");
    for (List<String> line :
        List.of(List.of("vault", "init"), List.of("allowlist", "trust", "--yes"))) {
      CommandRun run = CommandRun.in(folder);
      environment().forEach(run::with);
      run.with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
      assertThat(run.run(line.toArray(String[]::new)).err()).isEmpty();
    }
  }

  /** The kill switch reaches a command that a person has running in another terminal. */
  @Test
  void closingTheVaultEndsACommandThatHasASecret() throws Exception {
    CommandRun put = person().input("made-up-value-of-a-run".getBytes(UTF_8));
    assertThat(put.run("vault", "put", "run/token").exit()).isZero();
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.json"),
        "{\"version\":1,\"commands\":{\"child\":{\"unpinned\":\"a test\",\"command\":\"/bin/sh\","
            + "\"args\":[\"-c\",\"trap '' TERM; echo ready; while :; do sleep 0.1; done\"],"
            + "\"env\":{\"TOKEN\":\"secret:run/token\"}}}}");
    assertThat(person().run("allowlist", "trust", "--yes").err()).isEmpty();
    List<String> withPassphrase =
        new ArrayList<>(
            List.of("/usr/bin/env", "GATEKEEPER_PASSPHRASE_FILE=" + folder.resolve("passphrase")));
    withPassphrase.addAll(line());
    Process run = start(withPassphrase);
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(run.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).isEqualTo("ready");
      assertThat(person().run("vault", "close").exit()).isZero();
      assertThat(run.waitFor(20, TimeUnit.SECONDS)).as("it ends, whatever it ignores").isTrue();
      assertThat(run.exitValue()).isEqualTo(128 + 9);
    } finally {
      run.destroyForcibly();
    }
    assertThat(Files.readString(folder.resolve("home/audit/log/00000000000000000000.jsonl")))
        .contains("\"reason\":\"vault closed\"", "\"event\":\"revoke\"");
    assertThat(person().run("run", "child").err()).contains("the vault was closed");
  }

  private CommandRun person() {
    CommandRun run = CommandRun.in(folder);
    environment().forEach(run::with);
    return run.with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  private Map<String, String> environment() {
    return Map.of(
        "HOME", folder.toString(),
        "PATH", "/usr/bin:/bin",
        "GATEKEEPER_HOME", folder.resolve("home").toString());
  }

  private static List<String> line() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "run",
        "child");
  }

  private Process start(List<String> words) throws IOException {
    // A shell in the background ignores SIGINT, and what is ignored stays so across exec.
    List<String> line =
        new ArrayList<>(
            List.of(
                // Away from a terminal of whoever runs the tests: there INT is a key.
                Tools.require("setsid").toString(),
                Tools.require("env").toString(),
                "--default-signal=HUP,INT,QUIT,TERM"));
    line.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    return builder.redirectErrorStream(true).start();
  }

  @ParameterizedTest
  @CsvSource({"TERM,7", "HUP,8", "INT,9"})
  void passesOnTheVerySignalAndEndsAsTheChildDoes(Signal signal, int exit) throws Exception {
    Process run = start(line());
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(run.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).startsWith("ready ");
      assertThat(signal.to(run.pid())).isTrue();
      assertThat(out.readLine()).isEqualTo("got " + signal);
      assertThat(run.waitFor()).isEqualTo(exit);
      String log = Files.readString(folder.resolve("home/audit/log/00000000000000000000.jsonl"));
      assertThat(log).contains("\"outcome\":\"exit-" + exit + "\"");
    } finally {
      run.destroyForcibly();
    }
  }

  @Test
  void aSignalBeforeTheChildRunsIsKeptForIt() throws Exception {
    try (PassedSignals signals = PassedSignals.hold(false)) {
      assertThat(Signal.TERM.to(ProcessHandle.current().pid())).isTrue();
      Process child = new ProcessBuilder("/bin/sh", "-c", "while :; do sleep 1; done").start();
      signals.to(child.pid());
      assertThat(child.waitFor()).isEqualTo(128 + Signal.TERM.number());
    }
  }

  @Test
  void leavesTheInterruptKeyToTheChild() throws Exception {
    // Without the shell that script starts: it would die of the signal, too.
    String line =
        "exec " + String.join(" ", line().stream().map(word -> "'" + word + "'").toList());
    Process run = start(List.of(Tools.require("script").toString(), "-qec", line, "/dev/null"));
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(run.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).startsWith("ready ");
      run.getOutputStream().write(3); // ctrl-C: the terminal makes it a SIGINT to the whole group
      run.getOutputStream().flush();
      assertThat(out.readLine()).endsWith("got INT");
      assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(run.exitValue()).isEqualTo(9);
    } finally {
      run.destroyForcibly();
    }
  }
}
