package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is missing, {@code serve} starts, allows nothing more for it, and says what to type. */
@EndToEnd
final class NothingInForceTest {
  private static final String ALL = "{\"tools\": {\"allow\": [\"*\"]}}";

  @TempDir private Path folder;

  @Test
  void withoutAList() throws Exception {
    Project project = new Project(folder);
    try (RawClient client = project.serve(project.agent())) {
      client.initialize("{}");
      assertOwnToolsOnly(client);
      assertThat(client.tool("gatekeeper_status", "{}").said()).contains("gatekeeper ");
    }
  }

  @Test
  void withAListThatNobodyTrusted() throws Exception {
    Project project =
        new Project(folder).hostile(Peers.installed(), "honest", "honest", ALL).withVault();
    project.writeList();
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertOwnToolsOnly(client);
      assertThat(client.tool("gatekeeper_status", "{}").said())
          .contains("gatekeeper allowlist trust");
      assertThat(client.tool("honest__echo", "{}").failed()).isTrue();
    }
    assertThat(project.trace("honest")).doesNotExist();
  }

  @Test
  void withoutAVault() throws Exception {
    Project project = new Project(folder).hostile(Peers.installed(), "honest", "honest", ALL);
    project.writeList();
    try (RawClient client = project.serve(project.agent())) {
      client.initialize("{}");
      assertOwnToolsOnly(client);
      assertThat(client.tool("gatekeeper_status", "{}").said()).contains("gatekeeper vault init");
    }
  }

  @Test
  void withAClosedVault() throws Exception {
    Project project =
        new Project(folder)
            .secret("demo/token", "made-up-token-Kx83hQz71")
            .hostile(Peers.installed(), "plain", "honest", ALL)
            .hostile(
                Peers.installed(),
                "needy",
                "honest",
                """
                {"tools": {"allow": ["*"]}, "env": {"DEMO_TOKEN": "secret:demo/token"}}\
                """)
            .adopted();
    try (RawClient client = project.serve(project.agent())) {
      client.initialize("{}");
      assertThat(client.listed("plain__echo")).isTrue();
      assertThat(client.tool("plain__echo", "{\"message\":\"x\"}").said()).isEqualTo("echo x");
      RawClient.Line refused = client.tool("needy__echo", "{}");
      assertThat(refused.failed()).isTrue();
      assertThat(refused.said()).contains("vault");
    }
    assertThat(project.trace("needy")).doesNotExist();
  }

  @Test
  void withAListThatIsBroken() throws Exception {
    Project project = new Project(folder).withVault();
    Files.writeString(project.writeList(), "{\"version\": 1, \"mcpServers\": {\"x\": }}");
    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertOwnToolsOnly(client);
      assertThat(client.tool("gatekeeper_status", "{}").said()).contains("allowlist.json");
    }
  }

  private static void assertOwnToolsOnly(RawClient client) throws Exception {
    assertThat(client.call("tools/list", "{}").json().path("result").path("tools"))
        .extracting(tool -> tool.path("name").asString(""))
        .isEqualTo(List.of("gatekeeper_status", "gatekeeper_request"));
    assertThat(client.call("prompts/list", "{}").json().path("result").path("prompts")).isEmpty();
    assertThat(client.call("resources/list", "{}").json().path("result").path("resources"))
        .isEmpty();
  }
}
