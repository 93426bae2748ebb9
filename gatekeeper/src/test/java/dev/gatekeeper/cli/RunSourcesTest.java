package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run} with several references, of several sources, in variables and files. */
final class RunSourcesTest {
  private static final String VALUE = "made-up-value-of-the-vault";
  private static final String OTHER = "made-up-value-of-a-row";

  @TempDir Path folder;

  @BeforeEach
  void layOut() throws IOException {
    folder = folder.toRealPath();
    write("passphrase", "made-up passphrase of the tests");
    assertThat(command().run("vault", "init").exit()).isZero();
    assertThat(command().input(VALUE.getBytes(UTF_8)).run("vault", "put", "db/dev").exit())
        .isZero();
    write(
        "home/sources.json",
        "{\"version\": 1, \"exec\": {\"row\": {\"command\": [\"/bin/echo\", \"" + OTHER + "\"]}}}");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(
        folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
  }

  private CommandRun command() {
    return CommandRun.in(folder)
        .with("HOME", folder.toString())
        .with("PATH", "/usr/bin:/bin")
        .with("GATEKEEPER_HOME", folder.resolve("home").toString())
        .with("AMBIENT", "made-up-ambient-value")
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  private CommandRun freely(String options, String... line) {
    List<String> words = new ArrayList<>(List.of("run"));
    words.addAll(List.of(options.split(" ")));
    words.add("--");
    words.addAll(List.of(line));
    return command().run(words.toArray(String[]::new));
  }

  /** Or it would look like one that a crash cut off. */
  @Test
  void aRunThatGetsNothingIsRecordedAsFailed() throws IOException {
    assertThat(freely("--env X=secret:nope", "/bin/true").exit()).isEqualTo(125);

    assertThat(log()).contains("\"outcome\":\"failed\"");
    assertThat(command().run("audit", "verify", "--json").out()).contains("\"inFlight\":0,");
  }

  @Test
  void severalReferencesOfSeveralSourcesReachVariablesAndFiles() throws IOException {
    CommandRun run =
        freely(
            "--env URL=db://app:${secret:db/dev}@host --env ROW=exec:row --env AMB=env:AMBIENT"
                + " --file KEY=secret:db/dev",
            "/bin/sh",
            "-c",
            "[ \"$URL\" = db://app:"
                + VALUE
                + "@host ] && [ \"$ROW\" = "
                + OTHER
                + " ] && [ \"$(cat \"$KEY\")\" = "
                + VALUE
                + " ] && stat -c %a \"$KEY\""
                + " && echo \"$KEY\" > \"$HOME/key\""
                + "; env; cat \"$KEY\"");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("600\n")
        .contains("URL=db://app:[secret:db/dev]@host\n", "ROW=[exec:row]\n", "AMB=[env:AMBIENT]\n")
        .endsWith("[secret:db/dev]")
        .doesNotContain(VALUE, OTHER, "made-up-ambient-value");
    assertThat(Path.of(Files.readString(folder.resolve("key")).strip())).doesNotExist();
    assertThat(run.exit()).isZero();

    String log = log();
    assertThat(log)
        .contains(
            "\"secret\":\"secret:db/dev\",\"variable\":\"KEY\",\"source\":\"vault\"",
            "\"secret\":\"exec:row\",\"variable\":\"ROW\",\"source\":\"exec\"",
            "\"secret\":\"env:AMBIENT\",\"variable\":\"AMB\",\"source\":\"env\"")
        .doesNotContain(VALUE, OTHER, "made-up-ambient-value");
    assertThat(log.split("\"event\":\"grant\"", -1)).hasSize(5);
    assertThat(log.split("\"event\":\"revoke\"", -1)).hasSize(5);

    CommandRun exposure = command().run("audit", "show", "--exposure");
    assertThat(exposure.out()).contains("secret:db/dev", "exec:row", "env:AMBIENT");
  }

  @Test
  void aSourceThatFailsRefusesTheLaunchAndRevokesWhatWasGranted() throws IOException {
    write(
        "home/sources.json",
        "{\"version\": 1, \"exec\": {\"row\": {\"command\": [\"/bin/false\"]}}}");
    CommandRun run = freely("--env A=secret:db/dev --env B=exec:row", "/bin/echo", "ran");

    assertThat(run.exit()).isEqualTo(125);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("run cannot be started: exec:row was not given", "gatekeeper: hint: ");
    assertThat(log().split("\"event\":\"grant\"", -1)).hasSize(3);
    assertThat(log().split("\"event\":\"revoke\"", -1)).hasSize(3);
  }

  @Test
  void oneThatDoesNotExistGrantsNone() throws IOException {
    CommandRun run = freely("--env A=secret:db/dev --env B=exec:none", "/bin/echo", "ran");

    assertThat(run.exit()).isEqualTo(125);
    assertThat(run.err()).contains("exec:none has no row \"none\"");
    assertThat(log()).doesNotContain("\"event\":\"grant\"");
  }

  @Test
  void aValueTooWeakToBeMaskedIsRefusedWithTheFix() throws IOException {
    write(
        "home/sources.json",
        "{\"version\": 1, \"exec\": {\"row\": {\"command\": [\"/bin/echo\", \"1234\"]}}}");
    CommandRun run = freely("--env B=exec:row", "/bin/echo", "ran");

    assertThat(run.exit()).isEqualTo(125);
    assertThat(run.err()).contains("too weak", "give it a longer value where exec keeps it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--env A=made-up-value",
        "--env A=made-up-${project}",
        "--env A=pass:../made-up",
        "--env A=${made-up}",
        "--file A=x${secret:made-up}",
        "--files A=secret:made-up",
        "--env A=secret:a --file A=secret:made-up",
        "--env A",
        "--env",
      })
  void whatIsWrongIsNotRepeated(String options) {
    CommandRun run = freely(options, "/bin/echo", "ran");

    assertThat(run.exit()).isEqualTo(125);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("gatekeeper: error: ").doesNotContain("made-up");
  }

  private String log() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(folder.resolve("home/audit/log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
