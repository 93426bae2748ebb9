package dev.gatekeeper.allowlist.review;

import dev.gatekeeper.allowlist.json.CanonicalJson;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.JsonException;
import dev.gatekeeper.allowlist.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One place at which two JSON values differ.
 *
 * @param pointer RFC 6901
 * @param before strings as they are, other values as JSON text; empty where nothing stood there
 */
record JsonDifference(String pointer, Optional<String> before, Optional<String> after) {
  /** Every place, the deepest that tells, in the order of names. */
  static List<JsonDifference> between(Optional<Json> before, Optional<Json> after) {
    List<JsonDifference> found = new ArrayList<>();
    compare("", before, after, found);
    return found;
  }

  /** The same for texts in canonical form. */
  static List<JsonDifference> between(String before, String after) {
    return before.equals(after)
        ? List.of()
        : between(Optional.of(parsed(before)), Optional.of(parsed(after)));
  }

  private static void compare(
      String at, Optional<Json> before, Optional<Json> after, List<JsonDifference> found) {
    if (before.isPresent() && after.isPresent()) {
      if (before.get() instanceof JsonObject one && after.get() instanceof JsonObject other) {
        Set<String> names = new TreeSet<>();
        one.members().forEach(member -> names.add(member.name()));
        other.members().forEach(member -> names.add(member.name()));
        for (String name : names) {
          String step = name.replace("~", "~0").replace("/", "~1");
          compare(at + "/" + step, one.get(name), other.get(name), found);
        }
        return;
      }
      if (before.get() instanceof JsonArray one
          && after.get() instanceof JsonArray other
          && one.elements().size() == other.elements().size()) {
        IntStream.range(0, one.elements().size())
            .forEach(
                i ->
                    compare(
                        at + "/" + i,
                        Optional.of(one.elements().get(i)),
                        Optional.of(other.elements().get(i)),
                        found));
        return;
      }
    }
    Optional<String> was = before.map(JsonDifference::text);
    Optional<String> now = after.map(JsonDifference::text);
    if (!was.equals(now) || !type(before).equals(type(after))) {
      found.add(new JsonDifference(at, was, now));
    }
  }

  private static Object type(Optional<Json> json) {
    return json.<Object>map(Json::getClass).orElse("");
  }

  private static String text(Json json) {
    try {
      return json instanceof JsonText text ? text.text() : CanonicalJson.of(json);
    } catch (JsonException e) {
      throw new AssertionError("what is locked is canonical", e);
    }
  }

  static Json parsed(String canonical) {
    try {
      return JsonReader.read(canonical, fault -> {});
    } catch (JsonException e) {
      throw new AssertionError("canonical text is JSON", e);
    }
  }
}
