package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The child's own {@code /proc/self/environ}, however full of secrets ours is. */
@EndToEnd
@EnabledOnOs(OS.LINUX)
final class EnvironmentTest {
  @Test
  void aServerSeesItsNamedVariablesAndTheBase(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .secret("demo/token", "made-up-token-Kx83hQz71")
            .hostile(
                Peers.installed(),
                "honest",
                "honest",
                """
                {"env": {"DEMO_TOKEN": "secret:demo/token", "LEVEL": "info"},
                 "tools": {"allow": ["environment"]}}\
                """)
            .locked();
    Map<String, String> environment = project.person();
    environment.put("LANG", "C.UTF-8");
    environment.put("TERM", "dumb");
    for (String secret :
        List.of(
            "AWS_SECRET_ACCESS_KEY",
            "ANTHROPIC_API_KEY",
            "GITHUB_TOKEN",
            "HTTPS_PROXY",
            "SSH_AUTH_SOCK",
            "NODE_OPTIONS_",
            "DEMO_TOKEN",
            "CLAUDE_CODE_SESSION_ID",
            "npm_config_registry")) {
      environment.put(secret, "made-up-" + secret);
    }

    try (RawClient client = project.serve(environment)) {
      client.initialize("{}");
      assertThat(client.listed("honest__environment")).isTrue();
      assertThat(client.tool("honest__environment", "{}").said().lines())
          .containsExactlyInAnyOrder("PATH", "HOME", "LANG", "TERM", "DEMO_TOKEN", "LEVEL");
    }
  }
}
