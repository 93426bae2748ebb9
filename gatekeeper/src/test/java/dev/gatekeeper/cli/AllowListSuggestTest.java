package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import dev.gatekeeper.allowlist.lock.Lock;
import dev.gatekeeper.audit.AuditContext;
import dev.gatekeeper.audit.AuditLog;
import dev.gatekeeper.audit.AuditOptions;
import dev.gatekeeper.audit.Entry;
import dev.gatekeeper.audit.opening.ArgumentsPolicy;
import dev.gatekeeper.audit.opening.NamedValue;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AllowListSuggestTest {
  private static final String LIST =
      """
      {
        "version": 1,
        "mcpServers": {
          "s": {
            "reason": "r",
            "owner": "o",
            "command": "x",
            "tools": {
              "allow": [
                "get*",
                "put"
              ],
              "deny": ["get_all"]
            }
          },
          "t": { "command": "y", "tools": { "allow": ["run"] } }
        }
      }
      """;

  @TempDir private Path folder;

  private Path home;
  private Path project;
  private Path list;
  private Path passphrase;

  @BeforeEach
  void lay() throws Exception {
    Tools.require("git");
    folder = folder.toRealPath();
    home = folder.resolve("home");
    Files.createDirectory(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    project = Files.createDirectory(folder.resolve("project"));
    list = Files.createDirectory(project.resolve(".gatekeeper")).resolve("allowlist.json");
    Files.writeString(list, LIST);
    Files.writeString(
        list.resolveSibling(Lock.FILE),
        MadeUpLock.of(LIST, "s", Map.of("get", "Gets.", "get_x", "Gets x.", "put", "Puts.")));
    passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, "made-up passphrase of the tests\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    exec("git", "init", "-q");
  }

  @Test
  void aRemoteServerIsNarrowedAsAProcessIs() throws Exception {
    String remote =
        """
        { "type": "http", "url": "https://t.example/mcp", "oauth": {},
              "ca": "corp.pem", "dynamic": "d", "tools": { "allow": ["*"] } }\
        """;
    String text =
        LIST.replace("{ \"command\": \"y\", \"tools\": { \"allow\": [\"run\"] } }", remote);
    assertThat(text).contains(remote);
    Files.writeString(list, text);
    call(project, "t", "run", "a");
    Path patch = folder.resolve("p.diff");
    Files.writeString(patch, suggest().out());
    exec("git", "apply", patch.toString());
    assertThat(Files.readString(list)).contains(remote.replace("\"*\"", "\"run\""));
  }

  @Test
  void whatNobodyCalledIsLeftOutByAPatchThatGitTakes() throws Exception {
    call(project, "s", "get", "a");
    call(project, "t", "run", "a");
    CommandRun suggest = suggest();
    assertThat(suggest.exit()).isZero();
    assertThat(suggest.err())
        .contains("gatekeeper: 2 calls, the first on 2026-01-02")
        .contains("gatekeeper: s: never used: get_x, put (about ");
    assertThat(suggest.out())
        .isEqualTo(
            """
            --- a/.gatekeeper/allowlist.json
            +++ b/.gatekeeper/allowlist.json
            @@ -7,8 +7,7 @@
                   "command": "x",
                   "tools": {
                     "allow": [
            -          "get*",
            -          "put"
            +          "get"
                     ],
                     "deny": ["get_all"]
                   }
            """
                .replace("            -", "-"));
    Path patch = folder.resolve("p.diff");
    Files.writeString(patch, suggest.out());
    exec("git", "apply", patch.toString());
    assertThat(Files.readString(list))
        .isEqualTo(LIST.replace("\"get*\",\n          \"put\"", "\"get\""));
    assertThat(suggest().out()).isEmpty();
  }

  @Test
  void callsOfOtherProjectsAndDeniedOnesDoNotCount() throws Exception {
    call(folder, "s", "put", "a");
    call(project, "s", "get", "a");
    try (AuditLog log = log(project)) {
      log.append(call(Event.CALL_DENIED, "s", "get_x"));
    }
    JsonNode json = JsonMapper.shared().readTree(suggest("--json").out());
    assertThat(json.get("calls").asInt()).isEqualTo(1);
    assertThat(json.get("servers").get("s").get("unused").toString())
        .isEqualTo("[\"get_x\",\"put\"]");
    assertThat(json.get("patch").stringValue()).contains("-    \"t\"").contains("\"allow\": []");
  }

  @Test
  void promptsAndResourcesAreNarrowedAsTools() throws Exception {
    String every =
        """
        {"version": 1, "mcpServers": {"s": {"command": "x", "tools": {"allow": ["get"]},
          "prompts": {"allow": ["*"]}, "resources": {"allow": ["notes://*"], "ask": ["log://*"]}}}}
        """;
    Files.writeString(list, every);
    Files.writeString(list.resolveSibling(Lock.FILE), MadeUpLock.ofResource(every, "log://x"));
    call(project, "s", "get", "a");
    assertThat(suggest().err())
        .containsPattern("s: never used: resource log://x, template log://x \\(about [1-9]\\d* tok")
        .containsPattern("gatekeeper: about [1-9]\\d* tokens of each conversation less");
    try (AuditLog log = log(project)) {
      log.append(call(Event.CALL_INTENT, "s", "get").with(Field.METHOD, "prompts/get"));
      log.append(call(Event.CALL_INTENT, "s", "notes://a").with(Field.METHOD, "resources/read"));
      log.append(call(Event.CALL_INTENT, "s", "unlike").with(Field.METHOD, "completion/complete"));
    }
    Path patch = folder.resolve("p.diff");
    Files.writeString(patch, suggest().out());
    exec("git", "apply", patch.toString());
    assertThat(Files.readString(list))
        .contains("\"prompts\": {\"allow\": [\"get\"]}")
        .contains("\"resources\": {\"allow\": [\"notes://a\"], \"ask\": []}");

    Files.writeString(list, every);
    try (AuditLog log = log(project)) {
      for (int i = 0; i < 21; i++) {
        log.append(
            call(Event.CALL_INTENT, "s", "notes://" + i).with(Field.METHOD, "resources/read"));
      }
    }
    assertThat(suggest().out()).doesNotContain("notes://1").contains("\"prompts\"");
  }

  @Test
  void whereAUsedNameCannotBeWrittenOutWhatAPersonApprovesStays() throws Exception {
    String every =
        """
        {"version": 1, "mcpServers": {
          "s": {"command": "x", "tools": {"allow": ["*"], "ask": ["danger_*"]},
            "prompts": {"allow": ["*"], "ask": ["p_*"]}},
          "t": {"command": "y", "tools": {"allow": ["*"], "ask": ["danger_*"]}}}}
        """;
    Files.writeString(list, every);
    Files.writeString(list.resolveSibling(Lock.FILE), MadeUpLock.of(every, "s", Map.of()));
    call(project, "s", "gr\u00f6\u00dfe", "a");
    call(project, "t", "run", "a");
    CommandRun suggest = suggest();
    assertThat(suggest.exit()).as(suggest.err()).isZero();
    Path patch = folder.resolve("p.diff");
    Files.writeString(patch, suggest.out());
    exec("git", "apply", patch.toString());
    assertThat(Files.readString(list))
        .contains(
            "\"s\": {\"command\": \"x\", \"tools\": {\"allow\": [\"*\"], \"ask\": [\"danger_*\"]}")
        .contains("\"prompts\": {\"allow\": [], \"ask\": []}")
        .contains("\"t\": {\"command\": \"y\", \"tools\": {\"allow\": [\"run\"], \"ask\": []}");
  }

  @Test
  void withoutACallThereIsNothingToLearn() throws Exception {
    call(project, "s", "get", "a");
    CommandRun suggest =
        command()
            .at(Clock.fixed(Instant.parse("2027-01-01T00:00:00Z"), ZoneOffset.UTC))
            .run("allowlist", "suggest", "--since", "1d");
    assertThat(suggest.exit()).isZero();
    assertThat(suggest.out()).isEmpty();
    assertThat(suggest.err()).startsWith("gatekeeper: no call in this project since 2026-12-31");
    assertThat(suggest("--since", "soon").exit()).isEqualTo(2);
  }

  /** The log holds commitments alone; what opens them is for a person. */
  @Test
  void argumentsThatWereAlwaysTheSameAreFixedForAPerson() throws Exception {
    assertThat(command().run("vault", "init").exit()).isZero();
    for (int i = 0; i < 5; i++) {
      call(project, "s", "get", "acme");
      call(project, "s", "get_x", "v" + i);
      call(project, "s", "put", "acme");
      call(project, "t", "run", i == 0 ? "b" : "a");
    }
    CommandRun agent = suggest("--arguments");
    assertThat(agent.out()).doesNotContain("acme");
    assertThat(agent.exit()).isNotZero();
    CommandRun person = command().run("allowlist", "suggest", "--arguments");
    assertThat(person.err()).contains("s: always the same: get.owner, put.owner");
    assertThat(person.out())
        .contains(
            "\"arguments\": { \"get\": {\"properties\": {\"owner\": {\"const\": \"acme\"}},"
                + " \"required\": [\"owner\"], \"additionalProperties\": true}, \"put\": {")
        .doesNotContain("other");
    Path patch = folder.resolve("p.diff");
    Files.writeString(patch, person.out());
    exec("git", "apply", "--check", patch.toString());
  }

  private void call(Path of, String server, String tool, String owner) throws Exception {
    try (AuditLog log = log(of)) {
      byte[] sent = ("\"" + owner + "\"").getBytes(UTF_8);
      byte[] masked = "\"made-up\"".getBytes(UTF_8);
      log.append(
          call(Event.CALL_INTENT, server, tool)
              .arguments(
                  ArgumentsPolicy.REDACTED,
                  List.of(
                      new NamedValue("owner", sent, "\"" + owner + "\""),
                      new NamedValue("other", masked, "\"…\""))));
    }
  }

  private static Entry call(Event event, String server, String tool) {
    return Entry.of(event)
        .with(Field.SERVER, server)
        .with(Field.METHOD, "tools/call")
        .with(Field.TOOL, tool);
  }

  private AuditLog log(Path of) throws Exception {
    AuditContext context = new AuditContext();
    context.project(of.toString());
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    return AuditLog.open(home.resolve("audit"), AuditOptions.of(context).clock(clock));
  }

  private CommandRun suggest(String... arguments) {
    List<String> all = new ArrayList<>(List.of("allowlist", "suggest"));
    all.addAll(List.of(arguments));
    return CommandRun.in(project)
        .with("GATEKEEPER_HOME", home.toString())
        .with("CLAUDECODE", "1")
        .run(all.toArray(String[]::new));
  }

  private CommandRun command() {
    return CommandRun.in(project)
        .with("GATEKEEPER_HOME", home.toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", passphrase.toString());
  }

  private void exec(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
