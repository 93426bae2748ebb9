package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.read.ListReader;
import dev.gatekeeper.request.AccessRequest;
import dev.gatekeeper.request.AccessRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AllowListRequestsTest {
  private static final String LIST =
      """
      {
        "version": 1,
        "mcpServers": {
          "github": {
            "reason": "issues",
            "owner": "alice",
            "command": "x",
            "tools": {
              "allow": ["get_issue"]
            }
          }
        }
      }
      """;

  @TempDir Path folder;
  private Path home;
  private Path project;
  private Path list;
  private AccessRequests agent;

  @BeforeEach
  void layOut() throws IOException {
    folder = folder.toRealPath();
    home = Files.createDirectory(folder.resolve("home"));
    project = Files.createDirectories(folder.resolve("project"));
    Files.createDirectory(project.resolve(".git"));
    Files.createDirectory(project.resolve(".gatekeeper"));
    list = project.resolve(".gatekeeper/allowlist.json");
    Files.writeString(list, LIST);
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    agent = new AccessRequests(home, project.toString(), clock);
  }

  private String asked(String kind, String name) throws IOException {
    return agent.add(AccessRequest.of(kind, name, "to test")).id();
  }

  private CommandRun run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "allowlist";
    all[1] = "requests";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return CommandRun.in(project).with("GATEKEEPER_HOME", home.toString()).run(all);
  }

  private String log() throws IOException {
    StringBuilder text = new StringBuilder();
    try (var files = Files.walk(home.resolve("audit"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }

  @Test
  void whatWaitsIsListedEscaped() throws Exception {
    String id = agent.add(AccessRequest.of("server", "jira", "see\u001b[2J \u202eticket")).id();
    String glob = asked("tool", "github__*");

    assertThat(run().out())
        .isEqualTo(
            """
            %s  server "jira"
                      see\\u001b[2J \\u202eticket
            %s  tool "github__*" (cannot be accepted: it is a glob and names no single tool)
                      to test
            to answer: gatekeeper allowlist requests accept ID, or dismiss ID
            """
                .formatted(id, glob));
    assertThat(run("--json").out())
        .startsWith("{\"id\":\"" + id + "\",\"time\":\"2026-01-02T03:04:05Z\",\"project\":\"")
        .contains("\"fault\":\"it is a glob and names no single tool\"");
    assertThat(run("show", id).out())
        .contains(
            "An agent asks for server \"jira\"\n",
            "to answer: gatekeeper allowlist requests accept " + id + " --reason WHY --owner WHO");
    assertThat(run("show", "nothing").exit()).isEqualTo(1);
  }

  @Test
  void anAcceptedToolIsOneNameMoreAndNothingIsTrusted() throws Exception {
    String id = asked("tool", "github__create_issue");

    CommandRun run = run("accept", id);

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            allowed github__create_issue in .gatekeeper/allowlist.json
            next: gatekeeper allowlist check
            next: gatekeeper allowlist lock github
            to put the list in force: gatekeeper allowlist trust
            """);
    assertThat(Files.readString(list))
        .isEqualTo(LIST.replace("[\"get_issue\"]", "[\"get_issue\", \"create_issue\"]"));
    assertThat(home.resolve("trust.json")).doesNotExist();
    assertThat(home.resolve("trust")).doesNotExist();
    assertThat(run().out()).isEqualTo("No request waits.\n");
    assertThat(log())
        .contains(
            "\"event\":\"approval\"",
            "\"outcome\":\"accepted\"",
            "request " + id + " for a tool",
            "github__create_issue");
  }

  @Test
  void aToolThatIsNotInTheLockIsLockedBeforeItIsTrusted() throws Exception {
    Files.writeString(
        list.resolveSibling("allowlist.lock.json"),
        MadeUpLock.of(LIST, "github", Map.of("get_issue", "Gets.", "close_issue", "Closes.")));
    String next = "next: gatekeeper allowlist lock github\nto put the list in force: ";

    assertThat(run("accept", asked("tool", "github__create_issue")).out()).contains(next);
    assertThat(run("accept", asked("tool", "github__close_issue")).out())
        .doesNotContain("allowlist lock");
  }

  @Test
  void ofAServerOnlyItsNameIsTaken() throws Exception {
    String id = asked("server", "jira");

    assertThat(run("accept", id).exit()).isEqualTo(2);
    CommandRun run =
        run("accept", id, "--reason", "tickets", "--owner", "bob", "--", "npx", "jira@1.0.0");

    assertThat(run.err()).isEmpty();
    assertThat(ListReader.read(Files.readAllBytes(list), "f").servers())
        .containsOnlyKeys("github", "jira");
    assertThat(Files.readString(list))
        .contains("\"reason\": \"tickets\"")
        .doesNotContain("to test");
  }

  @Test
  void whatIsNoNameIsRefusedAndShownAsItIs() throws Exception {
    for (String[] wish :
        new String[][] {
          {"tool", "github__*"},
          {"tool", "*"},
          {"tool", "github__a\", \"*"},
          {"tool", "delete_everything"},
          {"server", "jira -- sh -c evil"},
          {"server", "gatekeeper"},
          {"server", "Jira"},
          {"secret", "../vault"},
          {"secret", "a b"},
          {"command", "x"}
        }) {
      String id = asked(wish[0], wish[1]);
      CommandRun run =
          run("accept", id, "--reason", "r", "--owner", "o", "--server", "github", "--env", "X");
      assertThat(run.exit()).as(wish[1]).isEqualTo(1);
      assertThat(run.err()).startsWith("gatekeeper: error: the request cannot be accepted: ");
      assertThat(run("show", id).out()).contains("to answer: edit the list");
    }
    assertThat(Files.readString(list)).isEqualTo(LIST);
  }

  @Test
  void anAcceptedSecretIsAReferenceInTheVariableThatThePersonNames() throws Exception {
    String id = asked("secret", "github/token");

    CommandRun run = run("accept", id, "--server", "github", "--env", "GITHUB_TOKEN");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("next: gatekeeper vault put github/token\n");
    assertThat(Files.readString(list))
        .contains("\"env\": {\n        \"GITHUB_TOKEN\": \"secret:github/token\"\n      }");
    assertThat(run("accept", asked("secret", "other"), "--server", "github").exit()).isEqualTo(2);
    CommandRun again =
        run("accept", asked("secret", "other"), "--server", "github", "--env", "GITHUB_TOKEN");
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("the variable stands in the entry already");
    CommandRun loader =
        run("accept", asked("secret", "other"), "--server", "github", "--env", "LD_PRELOAD");
    assertThat(loader.exit()).isEqualTo(1);
    assertThat(Files.readString(list)).doesNotContain("LD_PRELOAD");
  }

  @Test
  void aRemoteServerIsAnAddressAndItsSecretAHeader() throws Exception {
    String id = asked("server", "linear");
    CommandRun run =
        run("accept", id, "--reason", "r", "--owner", "o", "--oauth", "https://l.example/mcp");
    assertThat(run.err()).isEmpty();
    assertThat(Files.readString(list))
        .contains("\"type\": \"http\"", "\"url\": \"https://l.example/mcp\"", "\"oauth\": {}");
    assertThat(run.out())
        .endsWith(
            """
            to put the list in force: gatekeeper allowlist trust
            to log in, once the list is in force: gatekeeper login linear, and then: gatekeeper allowlist lock linear
            """);
    CommandRun given =
        run("accept", asked("secret", "l/key"), "--server", "linear", "--header", "X-Key");
    assertThat(given.err()).isEmpty();
    assertThat(Files.readString(list)).contains("\"X-Key\": \"secret:l/key\"");
    CommandRun again =
        run("accept", asked("secret", "l/b"), "--server", "linear", "--header", "x-key");
    assertThat(again.err()).contains("the header stands in the entry already");
  }

  @Test
  void whatIsThereAlreadyIsSaid() throws Exception {
    assertThat(run("accept", asked("tool", "gitlab__x")).err())
        .contains("there is no server gitlab on the list");
    assertThat(accept(asked("server", "github"), "--reason", "r", "--owner", "o", "x").err())
        .contains("github is on the list already; nothing was written");
  }

  private CommandRun accept(String id, String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "accept";
    all[1] = id;
    System.arraycopy(more, 0, all, 2, more.length);
    return run(all);
  }

  @Test
  void aPackageIsWrittenAsAddWritesIt() throws Exception {
    Path npm = Files.createDirectory(folder.resolve("bin")).resolve("npm");
    Files.writeString(npm, "#!/bin/sh\n[ \"$4\" = @acme/jira@latest ] && echo '\"1.2.3\"'\n");
    assertThat(npm.toFile().setExecutable(true)).isTrue();
    for (List<String> typed :
        List.of(List.of("npm:@acme/jira"), List.of("npx", "-y", "@acme/jira"))) {
      List<String> line = new ArrayList<>(List.of("allowlist", "requests", "accept"));
      line.addAll(
          List.of(asked("server", "jira"), "--reason", "r", "--owner", "bob", "--tool", "*", "--"));
      line.addAll(typed);
      CommandRun run =
          CommandRun.in(project)
              .with("HOME", folder.toString())
              .with("GATEKEEPER_HOME", home.toString())
              .with("PATH", npm.getParent() + ":/usr/bin:/bin")
              .run(line.toArray(String[]::new));

      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .startsWith(
              """
              added jira in .gatekeeper/allowlist.json
              it starts: npx -y @acme/jira@1.2.3
              """);
      assertThat(Files.readString(list))
          .contains("\"command\": \"npx\"", "[\"-y\", \"@acme/jira@1.2.3\"]");
      Files.writeString(list, LIST);
    }
  }

  @Test
  void aPackageThatNobodyKnowsLeavesTheRequest() throws Exception {
    Path npm = Files.createDirectory(folder.resolve("bin")).resolve("npm");
    Files.writeString(npm, "#!/bin/sh\necho npm error 404 >&2\nexit 1\n");
    assertThat(npm.toFile().setExecutable(true)).isTrue();
    String id = asked("server", "jira");
    CommandRun run =
        CommandRun.in(project)
            .with("HOME", folder.toString())
            .with("GATEKEEPER_HOME", home.toString())
            .with("PATH", npm.getParent() + ":/usr/bin:/bin")
            .run(
                "allowlist", "requests", "accept", id, "--reason", "r", "--owner", "o", "npm:jira");

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("npm view failed", "nothing was written");
    assertThat(Files.readString(list)).isEqualTo(LIST);
    assertThat(run().out()).contains(id);
  }

  @Test
  void aToolIsJudgedByTheRulesAndNotByTheirText() throws Exception {
    String rules =
        LIST.replace(
            "\"allow\": [\"get_issue\"]",
            "\"allow\": [\"get_*\"], \"ask\": [\"get_all\"], \"deny\": [\"drop_*\"]");
    Files.writeString(list, rules);

    String denied = asked("tool", "github__drop_all");
    CommandRun refused = accept(denied);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .startsWith(
            "gatekeeper: error: github__drop_all is denied by mcpServers.github.tools.deny"
                + " \"drop_*\" in .gatekeeper/allowlist.json; nothing was written\n");
    assertThat(run().out()).contains(denied);

    CommandRun allowed = accept(asked("tool", "github__get_issue"));
    assertThat(allowed.exit()).isZero();
    assertThat(allowed.out())
        .startsWith(
            "github__get_issue is allowed already: mcpServers.github.tools.allow \"get_*\" in");
    CommandRun asks = accept(asked("tool", "github__get_all"));
    assertThat(asks.exit()).isZero();
    assertThat(asks.out())
        .startsWith("github__get_all is there already, each call for a person to approve: mcpS")
        .contains(".tools.ask \"get_all\"");
    assertThat(Files.readString(list)).isEqualTo(rules);
    assertThat(run().out()).doesNotContain("get_issue", "get_all");
    assertThat(log().split("\"outcome\":\"accepted\"", -1)).hasSize(3);

    String over = rules.replace("\"reason\"", "\"expires\": \"2026-01-01\", \"reason\"");
    Files.writeString(list, over);
    CommandRun expired = accept(asked("tool", "github__create_issue"));
    assertThat(expired.exit()).isEqualTo(1);
    assertThat(expired.err()).contains("the entry of github has expired: all of it is denied");
    assertThat(Files.readString(list)).isEqualTo(over);
  }

  @Test
  void aRequestOfAnotherProjectIsToldAndNotWrittenHere() throws Exception {
    Path other = folder.resolve("other\u202e");
    String id =
        new AccessRequests(home, other.toString(), Clock.systemUTC())
            .add(AccessRequest.of("tool", "github__create_issue", "to test"))
            .id();
    String place = folder + "/other\\u202e";

    assertThat(run().out()).contains("to test\n          in another project: " + place + "\n");
    CommandRun run = accept(id);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "gatekeeper: error: the request was made in another project, "
                + place
                + "; nothing was written\n");
    assertThat(Files.readString(list)).isEqualTo(LIST);
    assertThat(run("dismiss", id).exit()).isZero();
  }

  @Test
  void aDismissedRequestIsGoneAndRecorded() throws Exception {
    String id = asked("server", "jira");

    assertThat(run("dismiss", id).out()).isEqualTo("Dismissed: server \"jira\"\n");
    assertThat(run("dismiss", id).exit()).isEqualTo(1);
    assertThat(log()).contains("\"outcome\":\"dismissed\"");
    assertThat(Files.readString(list)).isEqualTo(LIST);
  }

  @Test
  void linesThatAreNoRequestsArePassedOverAloud() throws Exception {
    String id = asked("server", "jira");
    Path file = home.resolve("requests.jsonl");
    Files.writeString(file, Files.readString(file) + "{\"kind\":7}\nnonsense\n");

    CommandRun run = run();

    assertThat(run.err()).contains("passed over 2 lines that are no requests");
    assertThat(run.out()).contains(id);
  }
}
