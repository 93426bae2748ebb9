package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person types a name; the version is found. */
final class AllowListAddTest {
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
  void aPackageIsAddedByItsNameInTheVersionThatIsNewest() throws Exception {
    Path npm = Files.createDirectory(temporary.resolve("bin")).resolve("npm");
    Files.writeString(npm, "#!/bin/sh\n[ \"$4\" = \"$WANTED@latest\" ] && echo '\"1.2.3\"'\n");
    npm.toFile().setExecutable(true);
    for (String typed : List.of("npm:@acme/server", "@acme/server")) {
      CommandRun add =
          CommandRun.in(project)
              .with("HOME", temporary.toString())
              .with("PATH", npm.resolveSibling(".") + ":/usr/bin:/bin")
              .with("WANTED", "@acme/server")
              .run("allowlist", "add", "acme", "--reason", "r", "--owner", "o", "--", typed, "--x");

      assertThat(add.err()).isEmpty();
      assertThat(add.out()).contains("it starts: npx -y @acme/server@1.2.3 --x");
      assertThat(Files.readString(list)).contains("[\"-y\", \"@acme/server@1.2.3\", \"--x\"]");
      Files.delete(list);
    }
  }

  @Test
  void aPackageThatNobodyKnowsIsNotAdded() throws Exception {
    Path npm = Files.createDirectory(temporary.resolve("bin")).resolve("npm");
    Files.writeString(npm, "#!/bin/sh\necho npm error 404 >&2\nexit 1\n");
    npm.toFile().setExecutable(true);
    CommandRun add =
        CommandRun.in(project)
            .with("HOME", temporary.toString())
            .with("PATH", npm.resolveSibling(".") + ":/usr/bin:/bin")
            .run("allowlist", "add", "acme", "--reason", "r", "--owner", "o", "npm:acme");

    assertThat(add.exit()).isEqualTo(3);
    assertThat(add.err()).contains("npm view failed: npm error 404; nothing was written");
    assertThat(list).doesNotExist();
  }
}
