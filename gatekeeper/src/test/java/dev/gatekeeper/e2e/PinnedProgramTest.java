package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What runs is what was reviewed: the real npm, a reference server, and who tampers with it. One
 * installation for all, which each test leaves as it found it.
 */
@EndToEnd
final class PinnedProgramTest {
  private static final String CALL = "{\"message\":\"hi\"}";

  private static Path folder;
  private static Project project;

  @BeforeAll
  static void aLockedServer(@TempDir Path temporary) throws Exception {
    folder = temporary;
    project =
        new Project(folder)
            .server(
                "everything",
                List.of("npx", "-y", Peers.installed().spec("everything")),
                "{\"tools\": {\"allow\": [\"echo\"]}}")
            .locked();
  }

  private static String echo(Map<String, String> environment) throws Exception {
    try (RawClient client = project.serve(environment)) {
      client.initialize("{}");
      String said = client.tool("everything__echo", CALL).said();
      client.finish();
      return said;
    }
  }

  private static Path file(String path) throws Exception {
    try (var all = Files.walk(project.home().resolve("programs"))) {
      return all.filter(file -> file.endsWith(path)).findFirst().orElseThrow();
    }
  }

  @Test
  void theLockedProgramRunsAndNoOtherOfItsNameOnThePath() throws Exception {
    Path evil = Files.createDirectory(folder.resolve("evil"));
    for (String name : List.of("node", "npx", "npm")) {
      Files.writeString(evil.resolve(name), "#!/bin/sh\n: > '" + folder + "/ran'\n");
      evil.resolve(name).toFile().setExecutable(true);
    }
    Map<String, String> environment = project.agent();
    environment.put("PATH", evil + ":/usr/bin:/bin");

    assertThat(echo(environment)).isEqualTo("Echo: hi");
    assertThat(folder.resolve("ran")).doesNotExist();
    assertThat(project.gatekeeper("allowlist", "lock", "--check").exit()).isZero();
  }

  @Test
  void oneByteInTheCacheIsSeenSaidAndPutRightByAPerson() throws Exception {
    Path altered = file("node_modules/zod/index.js");
    altered.toFile().setWritable(true);
    Files.writeString(altered, Files.readString(altered) + " ");

    assertThat(echo(project.agent()))
        .contains("node_modules/zod/index.js was altered")
        .contains("A person types: gatekeeper allowlist install");
    assertThat(project.gatekeeper("allowlist", "install").out()).contains("everything is ready");
    assertThat(echo(project.agent())).isEqualTo("Echo: hi");
  }

  @Test
  void aRecordOfAnotherNodeThatNoPassphraseSignedIsNotUsed() throws Exception {
    Path evil = Files.writeString(folder.resolve("other"), "#!/bin/sh\n: > '" + folder + "/ran'\n");
    evil.toFile().setExecutable(true);
    Path records = project.home().resolve("programs/interpreters.json");
    String recorded = Files.readString(records);
    Files.writeString(
        records, recorded.replaceFirst("\"path\":\"[^\"]*\"", "\"path\":\"" + evil + "\""));
    try {
      assertThat(echo(project.agent())).contains(evil + " was not recorded by a person");
      assertThat(folder.resolve("ran")).doesNotExist();
    } finally {
      Files.writeString(records, recorded);
    }
  }
}
