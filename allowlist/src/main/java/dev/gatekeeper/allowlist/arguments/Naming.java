package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Whether arguments hold nothing but what a {@link Shape} names. */
final class Naming {
  private Naming() {}

  /** Empty where they do, else one sentence that holds nothing of them but names of the rule. */
  static Optional<String> violation(Json value, Shape shape, String path) {
    return switch (value) {
      case JsonObject object -> object(object, shape, path);
      case JsonArray array -> array(array, shape, path);
      case Json.JsonText text -> Optional.empty();
      case Json.JsonNumber number -> Optional.empty();
      case Json.JsonFlag flag -> Optional.empty();
      case Json.JsonNull none -> Optional.empty();
    };
  }

  private static Optional<String> object(JsonObject object, Shape shape, String path) {
    Set<String> folded = new HashSet<>();
    Map<String, String> named = new TreeMap<>();
    shape.named().keySet().forEach(name -> named.put(Folding.fold(name), name));
    for (Member member : object.members()) {
      String fold = Folding.fold(member.name());
      if (!folded.add(fold)) {
        return Optional.of(at(path) + " holds two names that differ in letter case only.");
      }
      // A reader that ignores letter case would take it for the property that the rule judges.
      String meant = named.getOrDefault(fold, member.name());
      if (!meant.equals(member.name())) {
        return Optional.of(at(path) + " holds \"" + meant + "\" in other letter case.");
      }
      // Code in JavaScript that copies such an object inherits from it what was never judged.
      Optional<Shape> below =
          member.name().equals("__proto__")
              ? Optional.ofNullable(shape.named().get("__proto__"))
              : shape.property(member.name());
      if (below.isEmpty()) {
        return Optional.of(
            at(path) + " holds a property that the allow-list's rule does not name" + known(shape));
      }
      String step = shape.named().containsKey(member.name()) ? member.name() : "*";
      Optional<String> violation =
          violation(member.value(), below.get(), path.isEmpty() ? step : path + "." + step);
      if (violation.isPresent()) {
        return violation;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> array(JsonArray array, Shape shape, String path) {
    List<Json> elements = array.elements();
    for (int i = 0; i < elements.size(); i++) {
      Shape below = shape.element(i).orElse(Shape.CLOSED);
      Optional<String> violation = violation(elements.get(i), below, path + "[" + i + "]");
      if (violation.isPresent()) {
        return violation;
      }
    }
    return Optional.empty();
  }

  private static String known(Shape shape) {
    return shape.named().isEmpty()
        ? "."
        : "; it names " + String.join(", ", shape.named().keySet()) + ".";
  }

  private static String at(String path) {
    return path.isEmpty() ? "The call" : "The argument \"" + path + "\"";
  }
}
