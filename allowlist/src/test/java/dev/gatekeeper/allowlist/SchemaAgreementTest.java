package dev.gatekeeper.allowlist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.gatekeeper.allowlist.read.ListReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published schema and the reader say the same of a list's structure: every value of a list
 * that has all keys is replaced by every kind of value, taken away, or gets a neighbour that nobody
 * knows, and both judge what comes of it.
 */
final class SchemaAgreementTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final String FULL =
      """
      {"$schema": "s", "version": 1, "personal": true,
       "mcpServers": {
         "a": {"type": "stdio", "reason": "r", "owner": "o", "expires": "2027-05-01",
           "command": "x", "args": ["${secret:k}"], "env": {"NODE_OPTIONS": "v", "E": "secret:k"},
           "files": {"F": "secret:k"}, "cwd": "${project}", "secretInArgs": "why",
           "dangerousEnv": "why", "unpinned": "why", "literalSecret": "why",
           "tools": {"allow": ["t"], "deny": ["d"], "ask": ["q"]},
           "prompts": {"allow": ["p"]}, "resources": {"allow": ["a:1"]},
           "arguments": {"t": {"properties": {"k": {"type": "string", "maxLength": 3},
             "n": {"type": "integer", "minimum": 1}, "w": true}, "required": ["k"],
             "additionalProperties": true}},
           "serverRequests": ["elicitation"], "methods": ["x/y"], "timeout": "60s",
           "lifetime": "session", "limits": {"callsPerMinute": 1, "inFlight": 1, "maxMessage": 2048},
           "redact": true, "argumentsKept": {"t": "digest", "u": "full", "*": "redacted"},
           "sandbox": {"network": true, "write": ["./out"]},
           "volatile": ["/description"], "dynamic": "why"},
         "b": {"type": "http", "url": "https://example.com/mcp", "headers": {"X": "v"},
           "lifetime": "call", "ca": "~/ca.pem", "proxy": "http://proxy.example:3128",
           "oauth": {"login": "l", "grant": "authorization_code", "scopes": ["s"],
             "issuer": "https://as.example/", "clientId": "i", "clientSecret": "secret:k",
             "redirectPort": 8400},
           "tools": {"allow": ["*"]}},
         "c": {"type": "http", "url": "https://example.net/mcp",
           "oauth": {"clientMetadata": "https://example.com/client.json"}},
         "d": {"type": "http", "url": "http://localhost:3000/mcp",
           "oauth": {"grant": "client_credentials", "clientId": "i", "clientSecret": "secret:k"}}},
       "commands": {"m": {"reason": "r", "owner": "o", "command": "x", "args": ["y"],
         "env": {"E": "v"}, "unpinned": "why", "arguments": {"maxItems": 1}}}}
      """;

  /** One of each kind; none is right in every place. */
  private static final List<String> VALUES =
      List.of("null", "true", "7", "-1", "1.5", "\"\"", "\"x\"", "[]", "{}", "[7]", "{\"x\": 7}");

  /** What the reader alone knows: one part of the list that another makes right or wrong. */
  private static final List<String> BEYOND_STRUCTURE =
      List.of(
          "acknowledges nothing",
          "can be read by every process",
          "can make a program load other code",
          "without \"type\" passes values of every other type");

  private final Schema schema = published();

  /** As it is published; that the program has the same is held by AllowListTest. */
  private static Schema published() {
    try {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Files.readString(Path.of("../docs/allowlist.schema.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void bothJudgeEveryChangeOfStructureAlike() throws Exception {
    assertThat(read(FULL)).isEmpty();
    assertThat(schema.validate(JSON.readTree(FULL))).isEmpty();
    List<String> apart = new ArrayList<>();
    for (String changed : changes()) {
      boolean passes = schema.validate(JSON.readTree(changed)).isEmpty();
      List<String> problems = read(changed);
      boolean structure =
          problems.isEmpty()
              || problems.stream()
                  .anyMatch(what -> BEYOND_STRUCTURE.stream().noneMatch(what::contains));
      if (passes != problems.isEmpty() && (structure || !passes)) {
        apart.add((passes ? "reader: " + problems : "schema") + " refuses " + changed);
      }
    }
    assertThat(apart).isEmpty();
  }

  private static List<String> changes() {
    List<String> changes = new ArrayList<>();
    JsonNode root = JSON.readTree(FULL);
    change(root, root, changes);
    assertThat(changes).hasSizeGreaterThan(1_000);
    return changes;
  }

  /** Changes each member of {@code at} in turn, and puts back what was there. */
  private static void change(JsonNode root, JsonNode at, List<String> changes) {
    if (at instanceof ObjectNode object) {
      for (String name : List.copyOf(object.propertyNames())) {
        JsonNode was = object.get(name);
        for (String value : VALUES) {
          object.set(name, JSON.readTree(value));
          changes.add(root.toString());
        }
        object.remove(name);
        changes.add(root.toString());
        object.set(name, was);
        change(root, was, changes);
      }
      object.set("nobody knows", JSON.readTree("true"));
      changes.add(root.toString());
      object.remove("nobody knows");
    } else if (at instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode was = array.get(i);
        for (String value : VALUES) {
          array.set(i, JSON.readTree(value));
          changes.add(root.toString());
        }
        array.set(i, was);
        array.add(was);
        changes.add(root.toString());
        array.remove(array.size() - 1);
      }
    }
  }

  private static List<String> read(String list) {
    try {
      AllowList _ = ListReader.read(list.getBytes(UTF_8), "f");
      return List.of();
    } catch (AllowListException e) {
      return e.problems().stream().map(problem -> problem.message()).toList();
    }
  }
}
