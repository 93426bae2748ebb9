package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class DoctorCommandTest {
  private static final String VALUE = "made-up-value-of-the-vault";

  @TempDir Path folder;

  @BeforeEach
  void layOut() throws IOException {
    folder = folder.toRealPath();
    write("passphrase", "made-up passphrase of the tests");
    Files.createDirectory(folder.resolve(".gatekeeper"));
    Files.writeString(
        folder.resolve(".gatekeeper/allowlist.json"),
        """
        {"version": 1, "mcpServers": {
          "remote": { "type": "http", "url": "https://example.com/" },
          "github": {
            "command": "cat", "args": ["${exec:row}"], "secretInArgs": "to test",
            "env": { "TOKEN": "secret:github/token", "URL": "x ${pass:none} ${exec:row}",
              "TERM": "dumb", "AMBIENT": "env:MADE_UP" },
            "files": { "KEY": "secret:none" },
            "ambientSecret": "to test",
            "tools": { "allow": ["*"] } } },
         "commands": { "plain": { "command": "true", "env": { "LEVEL": "info" } } } }
        """);
    assertThat(command().run("vault", "init").exit()).isZero();
    assertThat(command().input(VALUE.getBytes(UTF_8)).run("vault", "put", "github/token").exit())
        .isZero();
    write(
        "home/sources.json",
        "{\"version\": 1, \"programs\": {\"pass\": \"/bin/echo\"},"
            + " \"exec\": {\"row\": {\"command\": [\"/bin/echo\", \"made-up\"]}}}");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(
        folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
  }

  private CommandRun locked() {
    return CommandRun.in(folder)
        .with("HOME", folder.toString())
        .with("PATH", "/usr/bin:/bin")
        .with("TERM", "xterm")
        .with("MADE_UP", "made-up-ambient-value")
        .with("GATEKEEPER_HOME", folder.resolve("home").toString());
  }

  private CommandRun command() {
    return locked().with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  @Test
  void doctorAndClosingDeleteWhatAKilledProcessLeft() throws Exception {
    for (String[] line : new String[][] {{"doctor"}, {"vault", "close"}}) {
      Path left = folder.resolve("home/run/999999999-0011223344556677");
      Files.createDirectories(left);
      Files.setPosixFilePermissions(left.getParent(), PosixFilePermissions.fromString("rwx------"));
      Files.writeString(left.resolve("KEY"), "made-up");
      assertThat(locked().run(line).err()).isEmpty();
      assertThat(left).as(line[0]).doesNotExist();
    }
  }

  private void trust() {
    assertThat(command().run("allowlist", "trust", "--yes").exit()).isZero();
  }

  @Test
  void namesWhatAServerWouldSeeAndWhereItComesFrom() throws IOException {
    trust();
    CommandRun run = command().run("doctor", "--env", "github");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            github sees these variables, if its session starts where you are:
              AMBIENT  entry  env:MADE_UP
              HOME     base
              KEY      file of the entry  secret:none
              PATH     base
              TERM     entry, not the base's
              TOKEN    entry  secret:github/token
              URL      entry  exec:row pass:none
            env:MADE_UP: is there
            exec:row: is asked for at each launch; its program is there
            pass:none: pass:none is not in the password store: there is no file %s.
            secret:github/token: is there
            secret:none: the vault has no secret none.
              hint: gatekeeper vault put none
            """
                .formatted(folder.resolve(".password-store/none.gpg")));
    assertThat(run.exit()).isEqualTo(1);
    assertThat(log()).doesNotContain("\"grant\"");
  }

  @Test
  void anOlderVaultInThePlaceOfThePresentOneStartsNothing() throws IOException {
    trust();
    byte[] older = Files.readAllBytes(folder.resolve("home/vault"));
    command().input("made-up-next-value".getBytes(UTF_8)).run("vault", "put", "github/token");
    assertThat(command().run("doctor", "--env", "run:plain").exit()).isZero();

    Files.write(folder.resolve("home/vault"), older);
    for (String entry : List.of("github", "run:plain")) {
      CommandRun run = command().run("doctor", "--env", entry);
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out())
          .contains(entry + " cannot be started: an older vault was put in the place")
          .contains("  hint: put the present file back;");
      JsonNode answer =
          JsonMapper.shared().readTree(command().run("doctor", "--env", entry, "--json").out());
      assertThat(answer.at("/whole").booleanValue()).isFalse();
      assertThat(answer.at("/refused").asString()).contains("an older vault");
    }
  }

  @Test
  void whileTheVaultIsLockedItSaysWhatToType() {
    trust();
    CommandRun run = locked().run("doctor", "--env", "github");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).contains("secret:github/token: secret:github/token is needed, and the");
  }

  @Test
  void aScriptReadsTheSame() throws IOException {
    trust();
    CommandRun run = command().run("doctor", "--env", "github", "--json");
    JsonNode answer = JsonMapper.shared().readTree(run.out());

    assertThat(answer.at("/whole").booleanValue()).isFalse();
    assertThat(answer.at("/variables/0").toString())
        .isEqualTo(
            "{\"name\":\"AMBIENT\",\"from\":\"entry\",\"replacesBase\":false,"
                + "\"references\":[\"env:MADE_UP\"]}");
    assertThat(answer.at("/references/1").toString())
        .isEqualTo("{\"reference\":\"exec:row\",\"state\":\"asked-at-launch\"}");
    assertThat(answer.at("/references/4/state").asString()).isEqualTo("missing");
    assertThat(run.out()).doesNotContain(VALUE, "made-up-ambient-value");
  }

  @Test
  void aCommandIsNamedAsInTheLog() {
    trust();
    CommandRun run = command().run("doctor", "--env", "run:plain");

    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("LEVEL  entry\n");
  }

  @Test
  void whatIsNotInForceIsNotForetold() {
    assertThat(command().run("doctor", "--env", "github").exit()).isEqualTo(3);
    trust();
    assertThat(command().run("doctor", "--env", "other").exit()).isEqualTo(2);
    assertThat(command().run("doctor", "--env", "run:other").exit()).isEqualTo(2);
    assertThat(command().run("doctor", "--reach", "other").exit()).isEqualTo(2);
    assertThat(command().run("doctor", "--reach", "github").exit()).isEqualTo(2);
  }

  @Test
  void itNotesWhetherAScanCanJudge() throws IOException {
    trust();
    CommandRun fresh = command().run("doctor");
    assertThat(fresh.out()).contains("ok     scan   looks for 0 values of the vault; 1 have no");

    Path prints = folder.resolve("home/fingerprints");
    try (Stream<Path> files = Files.list(prints)) {
      Files.delete(files.findFirst().orElseThrow());
    }
    CommandRun none = command().run("doctor");
    assertThat(none.out())
        .contains("note   scan   cannot judge: the fingerprints of this repository are gone")
        .contains("gatekeeper vault scan --open");
    assertThat(none.exit()).as("a session does without").isZero();
    JsonNode answer = JsonMapper.shared().readTree(command().run("doctor", "--json").out());
    assertThat(answer.at("/fit").booleanValue()).isTrue();
    assertThat(answer.at("/checks").toString()).contains("\"word\":\"note\"");
    assertThat(none.out()).doesNotContain(VALUE);
  }

  @Test
  void withoutAServerItLooksAtThePlace() throws IOException {
    CommandRun before = command().run("doctor");
    assertThat(before.exit()).isEqualTo(1);
    assertThat(before.out())
        .contains("ok     java   25", "ok     home   " + folder, "ok     vault  opened by: ")
        .contains("fault  list   ");

    trust();
    assertThat(command().run("doctor").out()).doesNotContain("fault");
    assertThat(command().run("doctor").exit()).isZero();

    Files.setPosixFilePermissions(
        folder.resolve("home/sources.json"), PosixFilePermissions.fromString("rw-r--r--"));
    CommandRun open = command().run("doctor");
    assertThat(open.out()).contains("fault  files  ", "chmod go-rwx");
    assertThat(open.exit()).isEqualTo(1);

    Files.setPosixFilePermissions(
        folder.resolve("home"), PosixFilePermissions.fromString("rwxrwxrwx"));
    CommandRun shared = command().run("doctor", "--json");
    assertThat(shared.exit()).isEqualTo(1);
    JsonNode answer = JsonMapper.shared().readTree(shared.out());
    assertThat(answer.at("/fit").booleanValue()).isFalse();
    assertThat(answer.at("/checks/1/text").asString()).contains("chmod go-rwx");
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
