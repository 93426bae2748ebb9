package dev.gatekeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has just cloned a repository is told which of its secrets to put into their own vault. */
final class LackingSecretsTest {
  @TempDir Path folder;

  private CommandRun person() {
    return CommandRun.in(folder.resolve("repository"))
        .with("GATEKEEPER_HOME", folder.resolve("home").toString())
        .with("GATEKEEPER_PASSPHRASE_FILE", folder.resolve("passphrase").toString());
  }

  @Test
  void trustNamesWhatTheVaultLacksAndNothingElse() throws Exception {
    Files.createDirectories(folder.resolve("repository/.gatekeeper"));
    Files.writeString(
        folder.resolve("repository/.gatekeeper/allowlist.json"),
        """
        {"version": 1, "mcpServers": {
          "one": {"command": "/bin/cat", "unpinned": "a test", "tools": {"allow": ["*"]},
            "env": {"A": "secret:one/there", "B": "${secret:one/lacking}!", "C": "pass:one/other"}},
          "two": {"command": "/bin/cat", "unpinned": "a test", "tools": {"allow": ["*"]}}},
         "commands": {"deploy": {"command": "/bin/true", "unpinned": "a test",
            "env": {"D": "secret:deploy/key"}}}}
        """);
    Path file = Files.writeString(folder.resolve("passphrase"), "made-up passphrase of a test");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(person().run("vault", "init").exit()).isZero();
    byte[] value = "made-up-value-0123456789".getBytes(UTF_8);
    assertThat(person().input(value).run("vault", "put", "one/there").exit()).isZero();

    CommandRun trust = person().run("allowlist", "trust", "--yes");

    assertThat(trust.exit()).isZero();
    assertThat(trust.out())
        .endsWith(
            """
            In force; running sessions take it over.
            one needs secret:one/lacking: gatekeeper vault put one/lacking
            deploy needs secret:deploy/key: gatekeeper vault put deploy/key
            """);
  }
}
