package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.vault.VaultFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import says of what it does not take as it stands. */
final class ImportReportTest {
  /** Looks like a token, and is none. */
  private static final String MADE_UP = "ghp_madeUpMadeUpMadeUp1234567890";

  @TempDir Path folder;
  private Path home;
  private Path project;
  private Path list;

  @BeforeEach
  void lay() throws IOException {
    folder = folder.toRealPath();
    home = Files.createDirectory(folder.resolve("home"));
    project = Files.createDirectory(folder.resolve("project"));
    Files.createDirectory(project.resolve(".git"));
    list = project.resolve(".gatekeeper/allowlist.json");
  }

  private CommandRun command() {
    return CommandRun.in(project)
        .with("HOME", home.toString())
        .with("PATH", folder.resolve("bin") + ":/usr/bin:/bin")
        .with("GATEKEEPER_HOME", folder.resolve("state").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void npm(String script) throws IOException {
    write(folder.resolve("bin/npm"), "#!/bin/sh\n" + script + "\n");
    assertThat(folder.resolve("bin/npm").toFile().setExecutable(true)).isTrue();
  }

  @Test
  void whatGeminiDoesNotStartIsNotImported() throws Exception {
    write(
        home.resolve(".gemini/settings.json"),
        """
        {"mcp": {"excluded": ["gx", "here"], "allowed": ["nobody"]},
         "mcpServers": {"gx": {"command": "x"}, "gy": {"command": "x"}}}
        """);
    write(
        project.resolve(".gemini/settings.json"),
        """
        {"mcp": {"allowed": ["gx", "gy", "here"]}, // outweighs the person's
         "mcpServers": {"here": {"command": "x"}, "other": {"command": "x"}}}
        """);

    String out = command().run("allowlist", "import", "--all").out();

    assertThat(out)
        .contains(
            "added gy\n",
            "gx: not imported: it is switched off in ~/.gemini/settings.json",
            "here: not imported: it is switched off in ~/.gemini/settings.json",
            "other: not imported: it is switched off in .gemini/settings.json")
        .containsOnlyOnce("added g");
    assertThat(command().run("allowlist", "import", ".gemini/settings.json").out())
        .contains("added here\n", "other: not imported: it is switched off in .gemini/settings");
  }

  @Test
  void valuesAreToBeDeletedWhereTheyStandAndOnce() throws Exception {
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, VaultFixture.PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    assertThat(command().run("vault", "init").exit()).isZero();
    String one = "{\"command\": \"x\", \"env\": {\"TOKEN\": \"" + MADE_UP + "\"}}";
    write(
        home.resolve(".claude.json"),
        "{\"mcpServers\": {\"a\": %s}, \"projects\": {\"%s\": {\"mcpServers\": {\"a\": %s}}}}"
            .formatted(one, project, one));
    write(
        home.resolve(".cursor/mcp.json"),
        "{\"mcpServers\": {\"c\": {\"command\": \"x\", \"env\": {\"T\": \"${env:T}\"}}}}");

    CommandRun run = command().run("allowlist", "import", "--all", "--vault");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsOnlyOnce("next: delete the values from ~/.claude.json, and change")
        .containsOnlyOnce("delete the values");
  }

  @Test
  void aScriptReadsWhatWasPassedOver() throws Exception {
    write(project.resolve(".mcp.json"), "{\n\"mcpServers\": {,}}");
    write(home.resolve(".cursor/mcp.json"), "{\"mcpServers\": {\"c\": {\"command\": \"x\"}}}");

    assertThat(command().run("allowlist", "import", "--json").out())
        .contains("\"passedOver\":[\".mcp.json:2:16: this is not JSON\"]");
  }

  @Test
  void whatIsFetchedIsWrittenInItsExactVersion() throws Exception {
    write(
        project.resolve(".mcp.json"),
        "{\"mcpServers\": {\"a\": {\"command\": \"npx\", \"args\": [\"-y\", \"p\", \"--x\"]}}}");
    npm("[ \"$4\" = p@latest ] && echo '\"1.2.3\"'");

    assertThat(command().run("allowlist", "import").out())
        .contains("a: it starts what is newest: gets the exact version that is newest then");
    assertThat(command().run("allowlist", "import", "--all").out())
        .contains("a: it starts what is newest: now \"npx -y p@1.2.3 --x\"\n");
    assertThat(Files.readString(list)).contains("[\"-y\", \"p@1.2.3\", \"--x\"]");

    Files.delete(list);
    npm("echo npm error 404 >&2; exit 1");
    CommandRun run = command().run("allowlist", "import", "--all");
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains("a: it starts what is newest, and npm view failed: npm error 404: ", "added a");
    assertThat(Files.readString(list)).contains("[\"-y\", \"p\", \"--x\"]");
  }

  @Test
  void whatAListCannotSayIsSaidOnce() throws Exception {
    write(
        project.resolve(".vscode/mcp.json"),
        """
        {"servers": {"sock": {"type": "http", "url": "unix:///tmp/x.sock"},
                     "none": {"command": "x", "env": {"B": null}}}}
        """);

    CommandRun run = command().run("allowlist", "import", "--all");

    assertThat(run.out())
        .contains(
            "sock: not imported: \"url\" is no http address, and a list names no other",
            "none: \"B\" is null: left out\n")
        .doesNotContain("logs in by itself", "allowlist.json:");
  }
}
