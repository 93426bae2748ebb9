package dev.gatekeeper;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published schema of one revision of MCP, by which tests judge what the program writes. Safe
 * for several threads; each definition is compiled once.
 *
 * <pre>{@code assertThat(SchemaOf.REVISION_2025_11_25.faults("CallToolResult", bytes)).isEmpty();}
 * </pre>
 */
public final class SchemaOf {
  /** The revision in force. */
  public static final SchemaOf REVISION_2025_11_25 = new SchemaOf("2025-11-25");

  private static final JsonMapper JSON = JsonMapper.shared();

  private final JsonNode definitions;
  private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

  private SchemaOf(String revision) {
    String name = "/mcp-schema/" + revision + ".json";
    try (InputStream in = SchemaOf.class.getResourceAsStream(name)) {
      definitions = JsonMapper.shared().readTree(Objects.requireNonNull(in, name)).get("$defs");
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }

  /** What is wrong with a message, or a part of one, under a definition such as {@code Tool}. */
  public List<String> faults(String definition, byte[] json) {
    return faults(definition, JSON.readTree(json));
  }

  /** As {@link #faults(String, byte[])}, of what is read already. */
  public List<String> faults(String definition, JsonNode json) {
    return compiled.computeIfAbsent(definition, this::compile).validate(json).stream()
        .map(Object::toString)
        .toList();
  }

  private Schema compile(String definition) {
    if (!definitions.has(definition)) {
      throw new IllegalArgumentException("the revision has no " + definition);
    }
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$ref", "#/$defs/" + definition);
    schema.set("$defs", definitions);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
  }
}
