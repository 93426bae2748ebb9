package dev.gatekeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk-through of {@code examples/pull-request} prints what it says. */
final class PullRequestTest {
  private static final Path EXAMPLE = Path.of("../examples/pull-request").toAbsolutePath();

  @TempDir private Path folder;

  private Path repository;
  private int status;

  @BeforeEach
  void aBranchWithTheChange() throws Exception {
    Tools.require("git");
    repository = Files.createDirectory(folder.toRealPath().resolve("repository"));
    exec("git", "init", "-q", "-b", "main");
    commit("before");
    exec("git", "switch", "-q", "-c", "export-tickets");
    commit("after");
    exec("git", "switch", "-q", "main");
  }

  @Test
  void thePageSaysWhatTheCommandsPrint() throws Exception {
    String page = Files.readString(EXAMPLE.resolve("README.md"));
    StringBuilder run = new StringBuilder();
    boolean inside = false;
    for (String line : page.lines().toList()) {
      if (line.equals("```console") || line.equals("```")) {
        inside = line.equals("```console");
        run.append(line).append('\n');
      } else if (!inside) {
        run.append(line).append('\n');
      } else if (line.startsWith("$ ")) {
        run.append(line).append('\n').append(output(line.substring(2)));
      }
    }
    assertThat(run.toString()).isEqualTo(page);
  }

  private String output(String command) throws Exception {
    if (command.equals("echo $?")) {
      return status + "\n";
    }
    if (command.startsWith("gatekeeper ")) {
      String[] words = command.substring("gatekeeper ".length()).split(" ");
      CommandRun run =
          CommandRun.in(repository)
              .with("GATEKEEPER_HOME", folder.resolve("home").toString())
              .run(words);
      status = run.exit();
      return run.out() + run.err();
    }
    exec("sh", "-c", command);
    return "";
  }

  /** Always the same commit: it is named on the page. */
  private void commit(String version) throws Exception {
    try (Stream<Path> files = Files.walk(EXAMPLE.resolve(version))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = repository.resolve(EXAMPLE.resolve(version).relativize(file).toString());
        Files.createDirectories(parent(to));
        Files.write(to, Files.readAllBytes(file));
      }
    }
    exec("git", "add", "-A");
    exec("git", "commit", "-q", "-m", version);
  }

  private static Path parent(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IOException("no folder");
    }
    return parent;
  }

  private void exec(String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(repository.toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_AUTHOR_NAME", "alice",
                "GIT_AUTHOR_EMAIL", "alice@example.com",
                "GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z",
                "GIT_COMMITTER_NAME", "alice",
                "GIT_COMMITTER_EMAIL", "alice@example.com",
                "GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
