package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.e2e.RawClient.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the list does not allow does not exist; asking for it leaves a record and reaches nobody.
 */
@EndToEnd
final class DenialTest {
  @Test
  void hiddenAndUnknownAreAnsweredAlike(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .hostile(
                Peers.installed(),
                "honest",
                "honest",
                """
                {"tools": {"allow": ["echo", "pid"], "deny": ["pid"]},
                 "arguments": {"echo": {"properties": {"message": {"const": "allowed"}}}}}\
                """)
            .locked();

    try (RawClient client = project.serve()) {
      client.initialize("{}");
      assertThat(client.listed("honest__echo")).isTrue();
      String list = client.call("tools/list", "{}").text();
      assertThat(list).doesNotContain("honest__secret_power").doesNotContain("honest__pid");

      String unknown = shape(client.tool("honest__no_such_thing_", "{}"), "no_such_thing_");
      assertThat(shape(client.tool("honest__secret_power", "{}"), "secret_power"))
          .isEqualTo(unknown);
      assertThat(shape(client.tool("honest__pid", "{}"), "pid")).isEqualTo(unknown);
      assertThat(client.tool("nobody__echo", "{}").failed()).isTrue();

      Line refused = client.tool("honest__echo", "{\"message\":\"another\"}");
      assertThat(refused.failed()).isTrue();
      assertThat(refused.said()).doesNotContain("another");
      assertThat(client.tool("honest__echo", "{\"message\":\"allowed\"}").said())
          .isEqualTo("echo allowed");
      client.finish();
    }

    assertThat(Files.readAllLines(project.trace("honest")))
        .filteredOn(line -> line.contains("tools/call"))
        .singleElement()
        .asString()
        .contains("allowed");
    assertThat(project.chain().lines().filter(line -> line.contains("call.denied")))
        .hasSize(5)
        .anyMatch(line -> line.contains("secret_power"));
    assertThat(project.asAgent("audit", "verify").exit()).isZero();
  }

  /** An answer without its id and the name that was asked for. */
  private static String shape(Line line, String name) {
    return line.text().replaceFirst("\"id\":\\d+", "\"id\":0").replace(name, "NAME");
  }
}
