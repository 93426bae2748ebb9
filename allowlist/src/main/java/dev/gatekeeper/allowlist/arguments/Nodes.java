package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.Json;
import java.math.BigDecimal;
import java.util.Set;
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

  /** Keywords whose number it reads as an {@code int} and ignores otherwise. */
  private static final Set<String> COUNTS =
      Set.of("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties");

  private Nodes() {}

  static JsonNode of(Json value) {
    return switch (value) {
      case Json.JsonObject object -> {
        ObjectNode node = FACTORY.objectNode();
        for (Json.Member member : object.members()) {
          node.set(member.name(), of(member.value()));
        }
        yield node;
      }
      case Json.JsonArray array -> {
        ArrayNode node = FACTORY.arrayNode(array.elements().size());
        array.elements().forEach(element -> node.add(of(element)));
        yield node;
      }
      case Json.JsonText text -> FACTORY.stringNode(text.text());
      case Json.JsonNumber number -> FACTORY.numberNode(plain(number.number()));
      case Json.JsonFlag flag -> FACTORY.booleanNode(flag.flag());
      case Json.JsonNull none -> FACTORY.nullNode();
    };
  }

  /** A schema: the same, but for the numbers that count something. */
  static JsonNode ofSchema(Json schema) {
    return switch (schema) {
      case Json.JsonObject object -> {
        ObjectNode node = FACTORY.objectNode();
        for (Json.Member member : object.members()) {
          node.set(member.name(), keyword(member));
        }
        yield node;
      }
      case Json.JsonArray array -> {
        ArrayNode node = FACTORY.arrayNode(array.elements().size());
        array.elements().forEach(element -> node.add(ofSchema(element)));
        yield node;
      }
      case Json.JsonText text -> of(text);
      case Json.JsonNumber number -> of(number);
      case Json.JsonFlag flag -> of(flag);
      case Json.JsonNull none -> of(none);
    };
  }

  private static JsonNode keyword(Json.Member member) {
    if (member.name().equals("const") || member.name().equals("enum")) {
      return of(member.value());
    }
    if (COUNTS.contains(member.name()) && member.value() instanceof Json.JsonNumber count) {
      return FACTORY.numberNode(count.number().intValueExact());
    }
    return ofSchema(member.value());
  }

  private static BigDecimal plain(BigDecimal number) {
    return number.stripTrailingZeros();
  }
}
