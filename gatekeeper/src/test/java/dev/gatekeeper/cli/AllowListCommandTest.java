package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.TimeZone;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // line ends are what is tested
final class AllowListCommandTest {
  /** Looks like a token, and is none. */
  private static final String MADE_UP = "ghp_madeUpMadeUpMadeUp1234567890";

  @TempDir private Path temporary;

  private Path project;
  private Path list;

  @BeforeEach
  void lay() throws IOException {
    project = Files.createDirectory(temporary.toRealPath().resolve("project"));
    Files.createDirectory(project.resolve(".git"));
    list = project.resolve(".gatekeeper/allowlist.json");
  }

  @Test
  void addWritesAListThatLacksALockAlone() throws Exception {
    CommandRun add =
        run(
            "add",
            "github",
            "--reason",
            "issues",
            "--owner",
            "alice",
            "--tool",
            "get_*",
            "--env",
            "TOKEN=secret:github/token",
            "--",
            "npx",
            "-y",
            "pkg@1.2.3");
    assertThat(add.err()).isEmpty();
    assertThat(add.exit()).isZero();
    assertThat(Files.readString(list))
        .isEqualTo(
            """
            {
              "version": 1,
              "mcpServers": {
                "github": {
                  "reason": "issues",
                  "owner": "alice",
                  "command": "npx",
                  "args": ["-y", "pkg@1.2.3"],
                  "env": {
                    "TOKEN": "secret:github/token"
                  },
                  "tools": {
                    "allow": ["get_*"]
                  }
                }
              }
            }
            """);
    CommandRun check = run("check");
    assertThat(check.exit()).isEqualTo(1);
    assertThat(check.out())
        .isEqualTo(
            """
            .gatekeeper/allowlist.lock.json:1:1: error: there is no lock: nothing of the servers exists for the agent
              hint: gatekeeper allowlist lock
            .gatekeeper/allowlist.json: 1 server, 0 commands; 1 error, 0 notes
            """);
  }

  @Test
  void checkTellsOfAFolderThatIsNeverInForce() throws Exception {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("allowlist.json"), "{\"version\": 1}");
    Files.createSymbolicLink(project.resolve(".gatekeeper"), elsewhere);
    CommandRun check = run("check");
    assertThat(check.exit()).isEqualTo(3);
    assertThat(check.err()).contains(".gatekeeper is a symbolic link");
  }

  @Test
  void addLeavesTheRestAsItIs() throws Exception {
    String before =
        "{ \"version\":1,\r\n"
            + "\t\"mcpServers\" : {\r\n"
            + "\t\t\"a\":{\"command\":\"x\"}  },\r\n"
            + "\t\"personal\":true}";
    write(before);
    CommandRun add = run("add", "b", "--reason", "r", "--owner", "o", "--tool", "*", "--", "y");
    assertThat(add.err()).isEmpty();
    assertThat(Files.readString(list))
        .isEqualTo(
            "{ \"version\":1,\r\n"
                + "\t\"mcpServers\" : {\r\n"
                + "\t\t\"a\":{\"command\":\"x\"},\r\n"
                + "\t\t\"b\": {\r\n"
                + "\t\t\t\"reason\": \"r\",\r\n"
                + "\t\t\t\"owner\": \"o\",\r\n"
                + "\t\t\t\"command\": \"y\",\r\n"
                + "\t\t\t\"tools\": {\r\n"
                + "\t\t\t\t\"allow\": [\"*\"]\r\n"
                + "\t\t\t}\r\n"
                + "\t\t}  },\r\n"
                + "\t\"personal\":true}");
  }

  @Test
  void addKeepsTheModeOfTheFile() throws Exception {
    write("{\"version\":1}");
    Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-rw-r--"));
    run("add", "b", "--reason", "r", "--owner", "o", "--", "y");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(list)))
        .isEqualTo("rw-rw-r--");
  }

  @Test
  void addNeverOverwritesAnEntry() throws Exception {
    write("{\"version\":1,\"mcpServers\":{\"b\":{\"command\":\"x\"}}}");
    CommandRun add = run("add", "b", "--reason", "r", "--owner", "o", "--", "y");
    assertThat(add.exit()).isEqualTo(1);
    assertThat(add.err())
        .isEqualTo(
            "gatekeeper: error: b is on the list already; nothing was written\n"
                + "gatekeeper: hint: edit it in .gatekeeper/allowlist.json, or choose another"
                + " name\n");
    assertThat(Files.readString(list))
        .isEqualTo("{\"version\":1,\"mcpServers\":{\"b\":{\"command\":\"x\"}}}");
  }

  @Test
  void addRefusesASecretOnTheCommandLine() throws Exception {
    CommandRun add =
        run("add", "b", "--reason", "r", "--owner", "o", "--env", "X=" + MADE_UP, "--", "y");
    assertThat(add.exit()).isEqualTo(1);
    assertThat(add.err()).startsWith("gatekeeper: error: the value of X looks like a secret\n");
    assertThat(add.err() + add.out()).doesNotContain(MADE_UP);
    assertThat(list).doesNotExist();
  }

  @Test
  void addWritesNothingThatTheParserRefuses() throws Exception {
    CommandRun add =
        run("add", "b", "--reason", "r", "--owner", "o", "--expires", "soon", "--", "y");
    assertThat(add.exit()).isEqualTo(1);
    assertThat(add.err())
        .isEqualTo(
            "gatekeeper: error: .gatekeeper/allowlist.json:7:18: this is no date (nothing was"
                + " written)\n"
                + "gatekeeper: hint: write year, month and day, e.g. \"2027-05-01\"\n");
    assertThat(list).doesNotExist();
  }

  @Test
  void addRefusesAListThatIsNotValid() throws Exception {
    write("{\"version\":1,\"zzz\":1}");
    CommandRun add = run("add", "b", "--reason", "r", "--owner", "o", "--", "y");
    assertThat(add.exit()).isEqualTo(1);
    assertThat(Files.readString(list)).isEqualTo("{\"version\":1,\"zzz\":1}");
  }

  @Test
  void checkNamesEachFindingAtItsPlace() throws Exception {
    write(
        """
        {
          "version": 1,
          "mcpServers": {
            "a": {"command": "npx", "args": ["-y", "pkg"], "env": {"TOKEN": "%s"},
              "expires": "2026-01-01", "tools": {"allow": ["x"], "ask": ["y"]},
              "arguments": {"z": {}}},
            "b": {"type": "http", "url": "https://b.example/", "reason": "r", "owner": "o"}
          }
        }
        """
            .formatted(MADE_UP));
    CommandRun check = run("check");
    assertThat(check.exit()).isEqualTo(1);
    assertThat(check.out()).doesNotContain(MADE_UP);
    assertThat(check.out())
        .isEqualTo(
            """
            .gatekeeper/allowlist.json:4:10: error: mcpServers.a: no "reason": nobody can review what it is for
              hint: write "reason": "…"
            .gatekeeper/allowlist.json:4:10: error: mcpServers.a: no "owner": nobody answers for it
              hint: write "owner": "…"
            .gatekeeper/allowlist.json:4:37: error: mcpServers.a.args: fetched by name without an exact version
              hint: write NAME@1.2.3, e.g. npx -y NAME@1.2.3, or say "unpinned": "why"
            .gatekeeper/allowlist.json:4:69: error: mcpServers.a.env.TOKEN: looks like a secret, and would be published with the repository
              hint: gatekeeper vault put a/token, then write secret:a/token here; or say "literalSecret": "why it is none"
            .gatekeeper/allowlist.json:5:18: error: mcpServers.a.expires: expired on 2026-01-01: it is denied
              hint: review it and set a later date, or remove the entry
            .gatekeeper/allowlist.json:6:26: error: mcpServers.a.arguments.z: a rule for the arguments of a tool that "tools" does not let through
              hint: check the name: without it the tool that was meant has no rule
            .gatekeeper/allowlist.json:7:10: note: mcpServers.b: lets nothing through
              hint: name tools in "tools": {"allow": […]}
            .gatekeeper/allowlist.lock.json:1:1: error: there is no lock: nothing of the servers exists for the agent
              hint: gatekeeper allowlist lock
            .gatekeeper/allowlist.json: 2 servers, 0 commands; 7 errors, 1 note
            """);
  }

  /**
   * West of Greenwich it is the day before, east of it the day after, and the entry is the same.
   */
  @ParameterizedTest
  @ValueSource(strings = {"America/Los_Angeles", "Pacific/Kiritimati"})
  void theLastDayEndsInUtcWhereverThePersonIs(String zone) throws Exception {
    write(
        """
        {"version": 1, "mcpServers": {"a": {"command": "x", "reason": "r", "owner": "o",
          "expires": "2026-11-22"}}}
        """);
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try {
      CommandRun last = at("2026-11-22T23:59:59Z", "check");
      assertThat(last.out()).contains("note: mcpServers.a.expires: expires on 2026-11-22");
      assertThat(last.exit()).isZero();
      CommandRun over = at("2026-11-23T00:00:00Z", "check");
      assertThat(over.out()).contains("error: mcpServers.a.expires: expired on 2026-11-22");
      assertThat(over.exit()).isEqualTo(1);
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void checkReportsEveryProblemOfAListThatIsNotValid() throws Exception {
    write("{\"version\":1,\"mcpServers\":{\"a\":{\"comand\":\"x\"}}}");
    CommandRun check = run("check");
    assertThat(check.exit()).isEqualTo(1);
    assertThat(check.out())
        .contains("1:33: error: unknown key \"comand\" in server \"a\"\n  hint: did you mean")
        .endsWith(": not valid; 2 errors, 0 notes\n");
  }

  @Test
  void checkCannotJudgeWhatIsNotThere() {
    CommandRun check = run("check");
    assertThat(check.exit()).isEqualTo(3);
    assertThat(check.err()).startsWith("gatekeeper: error: there is no list at .gatekeeper/allow");
  }

  @Test
  void checkSpeaksJson() throws Exception {
    write(
        "{\"version\":1,\"mcpServers\":{\"a\":{\"command\":\"x\",\"reason\":\"r\",\"owner\":\"o\"}}}");
    CommandRun check = run("check", "--json");
    assertThat(check.exit()).isZero();
    assertThat(check.out())
        .startsWith("{\"file\":\".gatekeeper/allowlist.json\",\"valid\":true,\"digest\":\"sha256:")
        .endsWith(
            "\"errors\":0,\"findings\":[{\"severity\":\"note\",\"path\":\"mcpServers.a\",\"file\":\".gatekeeper/allowlist.json\",\"line\":1,\"column\":32,\"message\":\"lets"
                + " nothing through\",\"hint\":\"name tools in \\\"tools\\\": {\\\"allow\\\":"
                + " […]}\"}]}\n");
  }

  @Test
  void showIsReadableAndHidesWhatLooksLikeASecret() throws Exception {
    write(
        """
        {"version": 1,
         "mcpServers": {"a": {"command": "npx", "args": ["pkg@1.2.3", "--token", "%s"],
           "env": {"TOKEN": "secret:a/token", "LEVEL": "info"}, "reason": "evil\\u202e",
           "tools": {"allow": ["get_*"], "deny": ["get_all"]}}},
         "commands": {"m": {"command": "make"}}}
        """
            .formatted(MADE_UP));
    CommandRun show = run("show");
    assertThat(show.exit()).isZero();
    assertThat(show.out())
        .startsWith(
            """
            a
              reason     evil\\u202e
              owner      nobody
              program    npx pkg@1.2.3 --token (looks like a secret)
              variables  LEVEL=info, TOKEN=secret:a/token
              lifetime   until idle for 600s
              tools      get_*; but not get_all
              prompts    none
              resources  none
              timeout    300s
              weight     not locked

            run m
              reason     none
              owner      nobody
              program    make
              arguments  no further

            about 0 tokens of each conversation
            sha256:\
            """);
  }

  @Test
  void schemaPrintsTheSchema() {
    CommandRun run = run("schema");
    assertThat(run.exit()).isZero();
    assertThat(run.out()).startsWith("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12");
  }

  private CommandRun run(String... arguments) {
    return at("2026-01-02T03:04:05Z", arguments);
  }

  private CommandRun at(String now, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "allowlist";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.in(project)
        .with("HOME", temporary.toString())
        .at(Clock.fixed(Instant.parse(now), ZoneOffset.UTC))
        .run(all);
  }

  private void write(String text) throws IOException {
    Files.createDirectories(list.getParent());
    Files.write(list, text.getBytes(StandardCharsets.UTF_8));
  }
}
