package dev.gatekeeper.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that do what they should not, and what an honest one finds. */
@Timeout(60)
final class ToolTest {
  private static final String VALUE = "made-up-value-of-a-tool";

  @TempDir Path folder;
  private Asked asked;

  @BeforeEach
  void layOut() throws IOException {
    asked = new Asked(folder);
  }

  private String run(String script, String more) throws IOException {
    return asked
        .row("row", "{'command': ['" + asked.script("tool", script) + "']" + more + "}")
        .of("exec:row");
  }

  private void ends(String pid) throws Exception {
    Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid.strip()));
    if (process.isPresent()) {
      process.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void anHonestOneIsAskedWithoutInputTerminalOrOurVariables() throws Exception {
    asked.environment.put("AMBIENT_TOKEN", "made-up-ambient");
    asked.environment.put("NAMED", "made-up-named");
    String said =
        run(
            "cat; pwd; tr '\\0' '\\n' < /proc/$$/environ; "
                + "if sh -c ': < /dev/tty' 2>/dev/null; then echo tty; fi",
            ", 'output': 'whole', 'inherit': ['NAMED', 'ABSENT'], 'set': {'SET': 'so'}");

    assertThat(said.lines())
        .containsExactlyInAnyOrder(
            "/",
            "HOME=" + asked.folder,
            "LC_ALL=C.UTF-8",
            "NAMED=made-up-named",
            "PATH=/usr/bin:/usr/local/bin:/opt/homebrew/bin:/bin",
            "SET=so");
  }

  @Test
  void oneThatPrintsWithoutEndIsKilled() throws Exception {
    assertThat(run("echo $$ > " + asked.folder + "/pid; cat /dev/zero", ""))
        .startsWith("exec:row was not given: \"tool\" prints more than a secret");
    ends(Files.readString(asked.folder.resolve("pid")));
    assertThat(run("cat /dev/zero >&2", ""))
        .startsWith("exec:row was not given: \"tool\" prints more than a secret");
  }

  @Test
  void oneThatPrintsALittleTooMuchAndEndsIsNotCutOff() throws Exception {
    assertThat(run("head -c 530000 /dev/zero", ""))
        .startsWith("exec:row was not given: \"tool\" prints more than a secret");
    assertThat(run("head -c 65537 /dev/zero", "")).isEqualTo("exec:row has more than 65536 bytes");
    assertThat(run("head -c 65536 /dev/zero | tr '\\0' x", "")).hasSize(65536);
  }

  @Test
  void oneThatHangsIsKilledWithWhatItStarted() throws Exception {
    String script =
        "trap '' TERM; setsid sleep 1000 & echo $! > " + asked.folder + "/pid; sleep 1000";
    long begin = System.nanoTime();
    assertThat(run(script, ", 'timeout': '1s'"))
        .startsWith("exec:row was not given: \"tool\" did not answer within 1 s");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    ends(Files.readString(asked.folder.resolve("pid")));
  }

  @Test
  void aDaemonThatKeepsTheOutputOpenSpoilsTheAnswer() throws Exception {
    assertThat(
            run("echo " + VALUE + "; setsid sleep 1000 & echo $! > " + asked.folder + "/pid", ""))
        .startsWith("exec:row was not given: \"tool\" left its output open to what it started");
    ends(Files.readString(asked.folder.resolve("pid")));
  }

  @Test
  void aDaemonThatClosesItsOutputStays() throws Exception {
    // Whoever is not yet out of the group when the program ends is no daemon.
    String script =
        "setsid sh -c 'echo $$ > PID; exec sleep 1000' >/dev/null 2>&1 &\n"
            + "while [ ! -s PID ]; do :; done; echo "
            + VALUE;
    script = script.replace("PID", asked.folder + "/pid");
    assertThat(run(script, "")).isEqualTo(VALUE);
    String pid = Files.readString(asked.folder.resolve("pid")).strip();
    assertThat(ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly()).isTrue();
  }

  @Test
  void nothingStandsInThePlaceOfAValue() throws Exception {
    assertThat(run(":", "")).isEqualTo("exec:row is empty");
    assertThat(run("echo", "")).isEqualTo("exec:row is empty");
    assertThat(run("echo " + VALUE + "; exit 3", ""))
        .isEqualTo(
            "exec:row was not given: \"tool\" failed with status 3"
                + " (a person runs the row's program in a terminal of their own)");
    assertThat(run("echo " + VALUE + "; kill -9 $$", "")).contains("failed with status 137");
    assertThat(run("exit 3", ", 'exits': {'3': 'no such entry'}"))
        .startsWith("exec:row was not given: no such entry (");
  }

  @Test
  void whatItSaysToAPersonIsNotRepeated() throws Exception {
    assertThat(run("echo " + VALUE + " >&2; echo " + VALUE + "; exit 1", "")).doesNotContain(VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "line, a, 'a'",
    "line, 'a\\n', 'a'",
    "line, 'a\\r\\n', 'a'",
    "line, 'a\\n\\n', 'a\n'",
    "line, 'a\\nb\\n', 'a\nb'",
    "first-line, 'a\\nb\\n', a",
    "first-line, a, a",
    "whole, 'a\\n', 'a\n'"
  })
  void lineEndsAreTakenOffAsTheRowSays(String output, String printed, String value)
      throws Exception {
    assertThat(run("printf '" + printed + "'", ", 'output': '" + output + "'")).isEqualTo(value);
  }

  @Test
  void aTextOfOneLineLosesItsEndAndOneOfSeveralKeepsIt() {
    assertThat(Reading.TEXT.of("a\n".getBytes(UTF_8))).containsExactly('a');
    assertThat(Reading.TEXT.of("a\nb\n".getBytes(UTF_8))).containsExactly('a', '\n', 'b', '\n');
    assertThat(Reading.TEXT.of(new byte[0])).isEmpty();
  }
}
