package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import dev.gatekeeper.allowlist.json.Spelling;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The closed meta-schema: reports whatever in a rule would not be judged, or not be judged as its
 * author thinks, and gives the {@link Shape} that the rule names.
 *
 * <p>Two habits of JSON Schema let through what nobody meant, so that they are faults here. A
 * keyword says nothing about values of other types ({@code pattern} passes any array): the type
 * must be written beside it. And an alternative can name properties that another alternative does
 * not judge: properties are named at their place, alternatives only narrow.
 */
final class RuleCheck {
  private final Consumer<Fault> faults;

  RuleCheck(Consumer<Fault> faults) {
    this.faults = faults;
  }

  /** Checks a schema that stands at a place of its own; {@code known} types are certain there. */
  Shape place(Json schema, Set<Type> known) {
    if (schema instanceof JsonFlag flag) {
      return flag.flag() ? Shape.OPEN : Shape.CLOSED;
    }
    if (!(schema instanceof JsonObject object)) {
      noSchema(schema);
      return Shape.CLOSED;
    }
    Set<Type> types = types(object, known);
    Shape shape = shape(object, types);
    keywords(object, types, shape, false);
    return shape;
  }

  /** Checks a schema that narrows what {@code shape} already names. */
  private void narrowing(Json schema, Set<Type> known, Shape shape) {
    if (schema instanceof JsonObject object) {
      keywords(object, types(object, known), shape, true);
    } else if (!(schema instanceof JsonFlag)) {
      noSchema(schema);
    }
  }

  /** What {@code object} and the schemas of its {@code allOf} name. */
  private Shape shape(JsonObject object, Set<Type> types) {
    Map<String, Shape> named = new HashMap<>();
    List<Shape.Patterned> patterned = new ArrayList<>();
    Optional<Shape> additional = Optional.empty();
    List<Shape> prefix = new ArrayList<>();
    Optional<Shape> rest = Optional.empty();
    List<Json> all = new ArrayList<>();
    for (Member member : object.members()) {
      Json value = member.value();
      switch (member.name()) {
        case "properties" -> {
          for (Member property : value.members()) {
            named.put(property.name(), place(property.value(), Set.of()));
          }
          folded(value.members());
        }
        case "patternProperties" -> {
          for (Member property : value.members()) {
            Shape below = place(property.value(), Set.of());
            pattern(property.name(), property.nameAt())
                .ifPresent(pattern -> patterned.add(new Shape.Patterned(pattern, below)));
          }
        }
        case "additionalProperties" -> {
          Shape below = place(value, Set.of());
          boolean none = value instanceof JsonFlag flag && !flag.flag();
          additional = none ? Optional.empty() : Optional.of(below);
        }
        case "prefixItems" -> value.elements().forEach(item -> prefix.add(place(item, Set.of())));
        case "items" -> rest = Optional.of(place(value, Set.of()));
        case "allOf" -> all.addAll(value.elements());
        default -> {
          // Other keywords name nothing.
        }
      }
    }
    Shape shape = new Shape(false, named, patterned, additional, prefix, rest);
    for (Json part : all) {
      // "true" beside other schemas says nothing: it must not open what they close.
      shape = part instanceof JsonFlag ? shape : shape.with(place(part, types));
    }
    return shape;
  }

  private void keywords(JsonObject object, Set<Type> types, Shape shape, boolean alternative) {
    for (Member member : object.members()) {
      Optional<Keyword> keyword = Keyword.named(member.name());
      if (keyword.isEmpty()) {
        unknown(member);
        continue;
      }
      typed(keyword.get(), member, types);
      keyword.get().value().check(member.name(), member, faults);
      Json value = member.value();
      switch (keyword.get()) {
        case ANY_OF, ONE_OF -> value.elements().forEach(part -> narrowing(part, types, shape));
        case NOT, IF, THEN, ELSE -> narrowing(value, types, shape);
        case REQUIRED -> value.elements().forEach(name -> required(name, shape));
        case PATTERN -> {
          if (value instanceof JsonText text) {
            Optional<LinearPattern> ignored = pattern(text.text(), text.at());
          }
        }
        default -> {
          if (alternative) {
            alternative(keyword.get(), member, types, shape);
          }
        }
      }
    }
    if (object.get("if").isEmpty()
        && (object.get("then").isPresent() || object.get("else").isPresent())) {
      fault(object.at(), "\"then\" or \"else\" without \"if\"");
    }
  }

  /** A keyword that names something, where it may only narrow what is named. */
  private void alternative(Keyword keyword, Member member, Set<Type> types, Shape shape) {
    switch (keyword) {
      case PROPERTIES -> {
        for (Member property : member.value().members()) {
          unnamed(property.name(), property.nameAt(), shape);
          narrowing(
              property.value(), Set.of(), shape.property(property.name()).orElse(Shape.CLOSED));
        }
      }
      case PATTERN_PROPERTIES, ADDITIONAL_PROPERTIES, PREFIX_ITEMS ->
          fault(
              member.nameAt(),
              "\"" + member.name() + "\" cannot stand in an alternative",
              "write it at the place itself; alternatives only narrow");
      case ITEMS -> narrowing(member.value(), Set.of(), shape.rest().orElse(Shape.CLOSED));
      case ALL_OF -> member.value().elements().forEach(part -> narrowing(part, types, shape));
      default -> {
        // Nothing stands below it.
      }
    }
  }

  /** A keyword that says nothing about some type must not stand where that type may come. */
  private void typed(Keyword keyword, Member member, Set<Type> types) {
    boolean negates = keyword == Keyword.NOT || keyword == Keyword.IF;
    boolean says = keyword.types().isEmpty() || keyword.types().stream().anyMatch(types::contains);
    if ((negates && types.isEmpty()) || !says) {
      String word = "\"" + keyword.word() + "\"";
      fault(
          member.nameAt(),
          types.isEmpty()
              ? word + " without \"type\" passes values of every other type"
              : word + " says nothing of the type that stands beside it",
          keyword.types().isEmpty()
              ? "write \"type\" beside it"
              : "write \"type\": \"" + keyword.types().iterator().next() + "\" beside it");
    }
  }

  /** The types that are certain where {@code object} stands; empty where none is. */
  private static Set<Type> types(JsonObject object, Set<Type> known) {
    Set<Type> types = EnumSet.noneOf(Type.class);
    object
        .get("type")
        .ifPresent(value -> texts(value).forEach(n -> Type.named(n).ifPresent(types::add)));
    object.get("const").ifPresent(value -> types.add(Type.of(value)));
    object.get("enum").ifPresent(value -> value.elements().forEach(v -> types.add(Type.of(v))));
    if (types.isEmpty()) {
      for (Json part : object.get("allOf").map(Json::elements).orElse(List.of())) {
        if (part instanceof JsonObject nested && types.isEmpty()) {
          types.addAll(types(nested, Set.of()));
        }
      }
    }
    return types.isEmpty() ? known : types;
  }

  private void required(Json name, Shape shape) {
    if (name instanceof JsonText text) {
      unnamed(text.text(), text.at(), shape);
    }
  }

  private void unnamed(String name, At at, Shape shape) {
    if (!shape.open() && shape.property(name).isEmpty()) {
      fault(
          at,
          "\"properties\" does not name \"" + Spelling.shown(name) + "\", so that it is denied",
          "name it in \"properties\" at this place");
    }
  }

  private void unknown(Member member) {
    String name = Spelling.shown(member.name());
    fault(
        member.nameAt(),
        "unknown keyword \"" + name + "\" in an argument rule",
        Spelling.nearest(member.name(), Keyword.words())
            .map(near -> "did you mean \"" + near + "\"?")
            .orElse("gatekeeper allowlist schema prints the keywords"));
  }

  private void folded(List<Member> properties) {
    Set<String> seen = new HashSet<>();
    for (Member property : properties) {
      if (!seen.add(Folding.fold(property.name()))) {
        fault(property.nameAt(), "a property of this name in other letter case stands above");
      }
    }
  }

  private Optional<LinearPattern> pattern(String text, At at) {
    try {
      return Optional.of(LinearPattern.parse(text));
    } catch (PatternException e) {
      fault(
          at,
          "this pattern is not matched: " + e.why() + " (character " + (e.index() + 1) + ")",
          "patterns describe the whole text, \"^…$\"; \".*\" is anything on one line");
      return Optional.empty();
    }
  }

  private void noSchema(Json schema) {
    fault(schema.at(), "a schema is an object, true or false, not " + schema.type());
  }

  private void fault(At at, String message) {
    faults.accept(Fault.of(at, message));
  }

  private void fault(At at, String message, String hint) {
    faults.accept(Fault.of(at, message, hint));
  }

  /** A string, or the strings of an array. */
  private static List<String> texts(Json value) {
    List<Json> all = value instanceof JsonArray array ? array.elements() : List.of(value);
    return all.stream().flatMap(each -> each.string().stream()).toList();
  }
}
