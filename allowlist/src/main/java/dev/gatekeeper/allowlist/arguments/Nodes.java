package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values as the validator reads them. Numbers are decimals without trailing zeros, all of them: it
 * compares other kinds by way of {@code long} or {@code double}, and some not at all.
 */
final class Nodes {
  private static final JsonNodeFactory FACTORY = JsonNodeFactory.instance;

  private Nodes() {}

  static JsonNode of(Json value) {
    return node(value, false);
  }

  /** A schema: the same, but for the numbers that count something. */
  static JsonNode ofSchema(Json schema) {
    return node(schema, true);
  }

  private static JsonNode node(Json value, boolean schema) {
    return switch (value) {
      case Json.JsonObject object -> {
        ObjectNode node = FACTORY.objectNode();
        for (Json.Member member : object.members()) {
          node.set(member.name(), schema ? keyword(member) : of(member.value()));
        }
        yield node;
      }
      case Json.JsonArray array -> {
        ArrayNode node = FACTORY.arrayNode(array.elements().size());
        array.elements().forEach(element -> node.add(node(element, schema)));
        yield node;
      }
      case Json.JsonText text -> FACTORY.stringNode(text.text());
      case Json.JsonNumber number -> FACTORY.numberNode(number.number().stripTrailingZeros());
      case Json.JsonFlag flag -> FACTORY.booleanNode(flag.flag());
      case Json.JsonNull none -> FACTORY.nullNode();
    };
  }

  private static JsonNode keyword(Json.Member member) {
    if (member.name().equals("const") || member.name().equals("enum")) {
      return of(member.value());
    }
    boolean counts = Keyword.named(member.name()).stream().anyMatch(Keyword::counts);
    if (counts && member.value() instanceof Json.JsonNumber count) {
      // It reads these as an int, and ignores them otherwise.
      return FACTORY.numberNode(count.number().intValueExact());
    }
    return ofSchema(member.value());
  }
}
