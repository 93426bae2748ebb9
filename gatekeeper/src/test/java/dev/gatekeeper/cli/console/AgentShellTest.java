package dev.gatekeeper.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentShellTest {
  @TempDir Path folder;

  @Test
  void aVariableOfAnAgentSpeaksForIt() {
    assertThat(AgentShell.detectByVariable(Map.of("PATH", "/bin", "CLAUDECODE", ""))).isEmpty();
    assertThat(AgentShell.detectByVariable(Map.of("CLAUDECODE", "1")))
        .contains("the variable CLAUDECODE is set");
  }

  /** What is found above a grandchild of {@code line}, a shell that runs its first argument. */
  private static void assertFoundAbove(List<String> line) throws Exception {
    Process agent = new ProcessBuilder(line).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(agent.getInputStream(), UTF_8))) {
      agent.getOutputStream().write("hello\n".getBytes(UTF_8));
      agent.getOutputStream().flush();
      assertThat(out.readLine()).isEqualTo("hello"); // so the last of them runs
      ProcessHandle deepest = deepest(agent.toHandle());
      assertThat(deepest).isNotEqualTo(agent.toHandle());
      assertThat(AgentShell.ancestor(deepest))
          .contains("process " + agent.pid() + " above it is a coding agent");
    } finally {
      agent.getOutputStream().close();
      assertThat(agent.waitFor()).isZero();
    }
  }

  private static ProcessHandle deepest(ProcessHandle process) {
    try (Stream<ProcessHandle> children = process.children()) {
      Optional<ProcessHandle> child = children.findFirst();
      return child.map(AgentShellTest::deepest).orElse(process);
    }
  }

  @Test
  void anAgentsProgramAboveSpeaksForIt() throws Exception {
    Path claude = folder.resolve("claude");
    Files.copy(Path.of("/bin/sh").toRealPath(), claude, StandardCopyOption.COPY_ATTRIBUTES);
    assertFoundAbove(List.of(claude.toString(), "-c", "sh -c 'cat; true'; true"));
  }

  @Test
  void anAgentsPackageOnALineAboveSpeaksForIt() throws Exception {
    assertFoundAbove(
        List.of(
            "/bin/sh",
            "-c",
            "sh -c 'cat; true'; true",
            "node_modules/@anthropic-ai/claude-code/cli.js"));
  }
}
