package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first attacker: the agent's own shell. Same user, same files, no passphrase. */
@EndToEnd
final class OwnShellTest {
  private static final String TOKEN = "made-up-token-Kx83hQz71";

  private static Project project;

  @BeforeAll
  static void adopt(@TempDir Path folder) throws Exception {
    project =
        new Project(folder)
            .secret("demo/token", TOKEN)
            .hostile(Peers.installed(), "honest", "honest", "{\"tools\": {\"allow\": [\"echo\"]}}")
            .locked();
  }

  /** Grants the server more, as an agent would that wants its secret. */
  private static void widenTheList() throws Exception {
    project.hostile(
        Peers.installed(),
        "honest",
        "honest",
        """
        {"env": {"DEMO_TOKEN": "secret:demo/token"},
         "tools": {"allow": ["*"]}}\
        """);
    project.writeList();
  }

  private static void assertNothingWasWidened() throws Exception {
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(client.call("tools/list", "{}").text())
          .doesNotContain("honest__secret_power")
          .doesNotContain("honest__environment");
      assertThat(client.tool("honest__secret_power", "{}").failed()).isTrue();
      assertThat(client.tool("gatekeeper_status", "{}").said())
          .contains("gatekeeper allowlist trust");
    }
  }

  @Test
  void editingTheListHasNoEffect() throws Exception {
    widenTheList();
    assertNothingWasWidened();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "setsid", "script", "script with a guess", "env", "stdin"})
  void trustingItHasNoEffectWithoutThePassphrase(String way) throws Exception {
    widenTheList();
    List<String> trust = project.command("allowlist", "trust", "--yes");
    Project.Result result =
        switch (way) {
          case "setsid" -> run(before(trust, Tools.require("setsid").toString(), "-w"), "");
          case "script" -> run(underScript(trust), "");
          case "script with a guess" -> run(underScript(trust), "a guess\na guess\na guess\n");
          case "env" -> run(before(trust, "env", "GATEKEEPER_PASSPHRASE=a guess"), "");
          case "stdin" -> run(trust, "a guess\ny\nyes\n");
          default -> run(trust, "");
        };
    assertThat(result.exit()).as("%s", result).isNotZero();
    assertNothingWasWidened();
  }

  @Test
  void aWrongPassphraseFileHasNoEffect() throws Exception {
    widenTheList();
    Path guess = Files.writeString(project.folder().resolve("guess"), "a guess\n");
    assertThat(guess.toFile().setReadable(false, false) && guess.toFile().setReadable(true, true))
        .isTrue();
    var environment = project.agent();
    environment.put("GATEKEEPER_PASSPHRASE_FILE", guess.toString());
    assertThat(project.run(List.of("allowlist", "trust", "--yes"), environment, "").exit())
        .isNotZero();
    assertNothingWasWidened();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "setsid", "script"})
  void runDoesNotPrintASecret(String way) throws Exception {
    List<String> run =
        project.command("run", "--env", "TOKEN=secret:demo/token", "--", "printenv", "TOKEN");
    Project.Result result =
        switch (way) {
          case "setsid" -> run(before(run, Tools.require("setsid").toString(), "-w"), "");
          case "script" -> run(underScript(run), "a guess\n");
          default -> run(run, "");
        };
    assertThat(result.exit()).as("%s", result).isNotZero();
    assertThat((result.out() + result.err()).contains(TOKEN)).isFalse();
  }

  private static Project.Result run(List<String> command, String input) throws Exception {
    return project.runProgram(command, project.agent(), input);
  }

  /** A terminal that nobody sits at. */
  private static List<String> underScript(List<String> command) {
    String line = String.join(" ", command.stream().map(word -> "'" + word + "'").toList());
    return List.of(Tools.require("script").toString(), "-qec", line, "/dev/null");
  }

  private static List<String> before(List<String> command, String... words) {
    return new ArrayList<>(Stream.concat(Stream.of(words), command.stream()).toList());
  }
}
