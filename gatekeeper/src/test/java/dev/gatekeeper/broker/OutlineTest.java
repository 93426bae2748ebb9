package dev.gatekeeper.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.allowlist.StdioServer;
import dev.gatekeeper.allowlist.read.ListReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OutlineTest {
  private static final LaunchContext CONTEXT =
      new LaunchContext(
          Path.of("/work/shop"), Map.of("HOME", "/home/made-up", "PATH", "/usr/bin:here:/bin"));

  private static Optional<Outline> ahead(String members) throws Exception {
    String text =
        """
        {"version": 1, "mcpServers": {"weather": {"command": "${project}/bin/serve", %s
          "tools": {"allow": ["*"]}}}}
        """
            .formatted(members);
    StdioServer server =
        (StdioServer)
            Optional.ofNullable(
                    ListReader.read(text.getBytes(UTF_8), "test").servers().get("weather"))
                .orElseThrow();
    return Outline.ahead(server.program(), List.of("further"), CONTEXT);
  }

  @Test
  void isKnownBeforeASecretIs() throws Exception {
    assertThat(
            ahead(
                "\"args\": [\"--in\", \"${home}/x\"], \"cwd\": \"sub\","
                    + "\"env\": {\"TOKEN\": \"secret:token\"},"))
        .contains(
            new Outline(
                "/work/shop/bin/serve",
                List.of("--in", "/home/made-up/x", "further"),
                Path.of("/work/shop/sub"),
                "/usr/bin:/bin",
                Path.of("/home/made-up")));
    assertThat(
            ahead(
                    "\"dangerousEnv\": \"why\", \"env\": {\"TOKEN\": \"secret:token\","
                        + "\"PATH\": \"/opt/bin\", \"HOME\": \"${project}\"},")
                .orElseThrow())
        .matches(it -> it.path().equals("/opt/bin") && it.home().equals(Path.of("/work/shop")));
  }

  @Test
  void isNotKnownWhereItIsMadeOfASecretAndNotNeededWhereThereIsNone() throws Exception {
    assertThat(ahead("\"env\": {\"LEVEL\": \"info\"},")).isEmpty();
    assertThat(ahead("\"secretInArgs\": \"why\", \"args\": [\"secret:token\"],")).isEmpty();
    String dangerous = "\"dangerousEnv\": \"why\", ";
    assertThat(ahead(dangerous + "\"env\": {\"HOME\": \"/tmp/${secret:token}\"},")).isEmpty();
    assertThat(ahead(dangerous + "\"files\": {\"PATH\": \"secret:token\"},")).isEmpty();
  }
}
