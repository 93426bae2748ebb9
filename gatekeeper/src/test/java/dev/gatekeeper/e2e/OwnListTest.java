package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person's own list serves folders without one, and stands beside a project's. */
@EndToEnd
final class OwnListTest {
  private static final String DEFINITIONS =
      """
      {"tools": [{"name": "read", "description": "Reads", "inputSchema": {"type": "object"}}]}
      """;

  @TempDir Path folder;
  private Project project;

  @BeforeEach
  void write() throws Exception {
    project = new Project(folder).withVault();
    add("mine", "--personal");
  }

  /** As a person adds it. */
  private void add(String name, String... more) throws Exception {
    Path definitions = Files.writeString(folder.resolve(name + ".json"), DEFINITIONS);
    String[] line = {
      "allowlist",
      "add",
      name,
      "--reason",
      "r",
      "--owner",
      "o",
      "--tool",
      "*",
      "--",
      Peers.installed().node().toString(),
      Project.script("definitions.mjs"),
      definitions.toString(),
      folder.resolve(name + ".trace").toString()
    };
    String[] whole = new String[line.length + more.length];
    System.arraycopy(line, 0, whole, 0, 3);
    System.arraycopy(more, 0, whole, 3, more.length);
    System.arraycopy(line, 3, whole, 3 + more.length, line.length - 3);
    done(whole);
  }

  private String done(String... line) {
    Project.Result result = project.within(project.person(), line);
    assertThat(result.exit()).as("%s", result).isZero();
    return result.out();
  }

  private Project.Result failed(int exit, String... line) {
    Project.Result result = project.within(project.person(), line);
    assertThat(result.exit()).as("%s", result).isEqualTo(exit);
    return result;
  }

  private void locked() {
    done("allowlist", "lock", "--personal", "--yes");
    done("allowlist", "trust", "--personal", "--yes");
  }

  @Test
  void whatIsToBeTypedNamesItUntilItServes() throws Exception {
    done("allowlist", "trust", "--personal", "--yes");
    assertThat(done("status"))
        .contains("not locked: offers nothing (gatekeeper allowlist lock --personal mine)");
    assertThat(failed(1, "allowlist", "check", "--personal").out())
        .contains("  hint: gatekeeper allowlist lock --personal\n");
    assertThat(failed(3, "allowlist", "lock", "mine").err())
        .contains("your own list is another: the same command with --personal");

    assertThat(done("allowlist", "lock", "--personal", "--yes"))
        .contains("to put it in force: gatekeeper allowlist trust --personal\n");
    Path lock = project.home().resolve("allowlist.lock.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lock)))
        .isEqualTo("rw-------");
    assertThat(done("allowlist", "check", "--personal")).contains("0 errors");
    assertThat(done("allowlist", "check", project.home().resolve("allowlist.json").toString()))
        .contains("0 errors");
    assertThat(done("allowlist", "show", "--personal")).contains("mine\n", "tokens: read");
    assertThat(done("allowlist", "install", "--personal")).contains("mine is ready");
    assertThat(failed(1, "allowlist", "diff", "--personal").out()).contains("mine");

    done("allowlist", "trust", "--personal", "--yes");
    assertThat(done("status")).contains("mine, stdio\n");
    assertThat(done("allowlist", "diff", "--personal")).contains("No power is granted.");
    assertThat(done("allowlist", "diff", "--personal", "--live")).contains("No power is granted.");
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(client.call("tools/list", "{}").text()).contains("mine__read");
      assertThat(client.tool("mine__read", "{}").said()).isEqualTo("done: read");
      client.finish();
    }
  }

  @Test
  void itStandsBesideAProjectsList() throws Exception {
    locked();
    add("notes");
    assertThat(failed(2, "allowlist", "lock", "mine").err())
        .contains("mine is not on the list", "hint: gatekeeper allowlist lock --personal mine");
    assertThat(failed(2, "allowlist", "lock", "--personal", "notes").err())
        .contains("hint: gatekeeper allowlist show --personal");
    done("allowlist", "trust", "--yes");
    assertThat(done("status")).contains("offers nothing (gatekeeper allowlist lock notes)");
    done("allowlist", "lock", "--yes");
    done("allowlist", "trust", "--yes");
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(client.call("tools/list", "{}").text()).contains("mine__read", "notes__read");
      assertThat(client.tool("mine__read", "{}").said()).isEqualTo("done: read");
      assertThat(client.tool("notes__read", "{}").said()).isEqualTo("done: read");
      client.finish();
    }
  }
}
