package dev.gatekeeper.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatekeeper.SchemaOf;
import dev.gatekeeper.e2e.RawClient.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever the program writes, to the agent and to servers, is valid under the revision in force.
 */
@EndToEnd
final class SchemaTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private static void assertValid(String definition, JsonNode message) {
    assertThat(SchemaOf.REVISION_2025_11_25.faults(definition, message))
        .as("%s: %s", definition, message)
        .isEmpty();
  }

  @Test
  void whatTheAgentReads(@TempDir Path folder) throws Exception {
    Project project =
        new Project(folder)
            .hostile(
                Peers.installed(),
                "dies",
                "dies",
                """
                {"tools": {"allow": ["*"], "deny": ["pid"]},
                 "arguments": {"echo": {"properties": {"message": {"const": "x"}}}}}\
                """)
            .hostile(
                Peers.installed(),
                "asks",
                "asks for everything",
                "{\"tools\": {\"allow\": [\"*\"]}, \"serverRequests\": [\"elicitation\"]}")
            .locked();
    try (RawClient client = project.serve()) {
      client.answering("elicitation/create", "{\"action\":\"decline\"}");
      Map<String, Line> results = new LinkedHashMap<>();
      results.put("InitializeResult", client.initialize("{\"elicitation\":{}}"));
      assertThat(client.listed("dies__echo", "asks__echo")).isTrue();
      results.put("ListToolsResult", client.call("tools/list", "{}"));
      results.put("ListPromptsResult", client.call("prompts/list", "{}"));
      results.put("ListResourcesResult", client.call("resources/list", "{}"));
      results.put("ListResourceTemplatesResult", client.call("resources/templates/list", "{}"));
      results.put("EmptyResult", client.call("ping", "{}"));
      results.put("CallToolResult", client.tool("gatekeeper_status", "{}"));
      for (Map.Entry<String, Line> result : results.entrySet()) {
        assertValid(result.getKey(), result.getValue().json().path("result"));
      }
      for (Line failed :
          new Line[] {
            client.tool("dies__echo", "{\"message\":\"y\"}"),
            client.tool("dies__pid", "{}"),
            client.tool("nobody__knows", "{}"),
            client.tool("dies__misbehave", "{}"),
            client.call("tools/call", "{}"),
            client.call("made/up", "{}"),
            client.call("resources/read", "{\"uri\":\"made:up\"}"),
            client.call("prompts/get", "{\"name\":\"made-up\"}")
          }) {
        assertThat(failed.failed()).as("%s", failed.text()).isTrue();
        if (failed.json().has("result")) {
          assertValid("CallToolResult", failed.json().path("result"));
        }
      }
      client.tool("asks__misbehave", "{}");
      client.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}");
      client.call("ping", "{}");
      client.finish();
      for (Line line : client.lines()) {
        assertValid("JSONRPCMessage", line.json());
        if (line.json().has("method")) {
          assertValid(line.json().has("id") ? "ServerRequest" : "ServerNotification", line.json());
        }
      }
    }

    for (String server : new String[] {"dies", "asks"}) {
      for (String line : Files.readAllLines(project.trace(server))) {
        JsonNode message = JSON.readTree(line);
        assertValid("JSONRPCMessage", message);
        assertValid(message.has("id") ? "ClientRequest" : "ClientNotification", message);
      }
    }
  }
}
