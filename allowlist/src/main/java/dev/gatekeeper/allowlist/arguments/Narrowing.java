package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonNumber;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether one schema provably lets through no more than another; both are written out ({@link
 * References}). What is not one of a few plain cases is not provable.
 */
final class Narrowing {
  /** Keywords that say nothing about a value. */
  private static final Set<String> SILENT = Set.of("title", "description", "$comment");

  /** Keywords that name what may be there: a new one can let more through. */
  private static final Set<String> NAMING =
      Set.of(
          "properties",
          "patternProperties",
          "additionalProperties",
          "items",
          "prefixItems",
          "allOf");

  private Narrowing() {}

  /** Whether every value that passes {@code narrow} provably passes {@code wide}. */
  static boolean isWithin(Json narrow, Json wide) {
    if (isFlag(wide, true) || isFlag(narrow, false)) {
      return true;
    }
    if (!(narrow instanceof JsonObject after) || !(wide instanceof JsonObject before)) {
      return same(narrow, wide);
    }
    // A property that one part of "allOf" names is judged by every part: parts cannot be compared
    // one by one.
    boolean parts = after.get("allOf").isPresent() || before.get("allOf").isPresent();
    return parts ? same(spoken(after), spoken(before)) : keywords(after, before);
  }

  private static boolean keywords(JsonObject after, JsonObject before) {
    for (Member member : spoken(after).members()) {
      if (NAMING.contains(member.name()) && before.get(member.name()).isEmpty()) {
        return false;
      }
    }
    for (Member member : spoken(before).members()) {
      Optional<Json> now = after.get(member.name());
      boolean narrower =
          now.isPresent()
              ? keyword(member.name(), now.get(), member.value(), after)
              : absent(member, after);
      if (!narrower) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code after} lets through no more for lack of a keyword. */
  private static boolean absent(Member member, JsonObject after) {
    return switch (member.name()) {
      // What a place does not name is denied there.
      case "properties" -> isClosed(after);
      // A pattern judges what "properties" names as well.
      case "patternProperties" -> isClosed(after) && after.get("properties").isEmpty();
      case "additionalProperties" -> true;
      case "enum" ->
          after.get("const").map(now -> holds(member.value().elements(), now)).orElse(false);
      case "uniqueItems" -> isFlag(member.value(), false);
      default -> false;
    };
  }

  private static boolean keyword(String word, Json now, Json was, JsonObject after) {
    return switch (word) {
      case "properties" -> properties(now, was, after);
      case "additionalProperties", "items" -> isWithin(now, was);
      case "type" -> types(was).containsAll(types(now));
      case "enum", "gk:pathUnder", "gk:hostIn" ->
          now.elements().stream().allMatch(each -> holds(was.elements(), each));
      case "required" -> was.elements().stream().allMatch(each -> holds(now.elements(), each));
      case "minProperties", "minItems", "minLength", "minimum", "exclusiveMinimum" ->
          compare(now, was) >= 0;
      case "maxProperties", "maxItems", "maxLength", "maximum", "exclusiveMaximum" ->
          compare(now, was) <= 0;
      case "uniqueItems" -> isFlag(now, true) || same(now, was);
      default -> same(now, was);
    };
  }

  /** A property that is gone is denied only where nothing else of the place names it. */
  private static boolean properties(Json now, Json was, JsonObject after) {
    for (Member member : now.members()) {
      Optional<Json> before = was.get(member.name());
      if (before.isEmpty() || !isWithin(member.value(), before.get())) {
        return false;
      }
    }
    return now.members().size() == was.members().size() || isClosed(after);
  }

  /** Whether {@code place} names properties one by one only. */
  private static boolean isClosed(JsonObject place) {
    return place.get("patternProperties").isEmpty()
        && place.get("additionalProperties").map(json -> isFlag(json, false)).orElse(true);
  }

  /** Every integer is a number. */
  private static Set<Type> types(Json value) {
    Set<Type> types = EnumSet.noneOf(Type.class);
    List<Json> names = value instanceof JsonText ? List.of(value) : value.elements();
    for (Json name : names) {
      name.string().flatMap(Type::named).ifPresent(types::add);
    }
    if (types.contains(Type.NUMBER)) {
      types.add(Type.INTEGER);
    }
    return types;
  }

  private static int compare(Json now, Json was) {
    return ((JsonNumber) now).number().compareTo(((JsonNumber) was).number());
  }

  private static boolean isFlag(Json json, boolean value) {
    return json instanceof JsonFlag flag && flag.flag() == value;
  }

  private static boolean holds(List<Json> all, Json one) {
    return all.stream().anyMatch(each -> same(each, one));
  }

  private static JsonObject spoken(JsonObject object) {
    return new JsonObject(
        object.at(), object.members().stream().filter(m -> !SILENT.contains(m.name())).toList());
  }

  /** Whether both are the same value, wherever they stand and in whatever order. */
  static boolean same(Json one, Json other) {
    return switch (one) {
      case JsonObject object -> {
        if (!(other instanceof JsonObject) || object.members().size() != other.members().size()) {
          yield false;
        }
        for (Member member : object.members()) {
          if (!other.get(member.name()).map(value -> same(member.value(), value)).orElse(false)) {
            yield false;
          }
        }
        yield true;
      }
      case Json.JsonArray array -> {
        List<Json> left = array.elements();
        List<Json> right = other.elements();
        if (!(other instanceof Json.JsonArray) || left.size() != right.size()) {
          yield false;
        }
        for (int i = 0; i < left.size(); i++) {
          if (!same(left.get(i), right.get(i))) {
            yield false;
          }
        }
        yield true;
      }
      case JsonText text -> other instanceof JsonText that && text.text().equals(that.text());
      case JsonNumber number ->
          other instanceof JsonNumber that && number.number().compareTo(that.number()) == 0;
      case JsonFlag flag -> isFlag(other, flag.flag());
      case Json.JsonNull none -> other instanceof Json.JsonNull;
    };
  }
}
