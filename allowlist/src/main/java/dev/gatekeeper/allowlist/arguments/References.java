package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.Fault;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes out {@code $ref}: a reference to {@code #/$defs/NAME} becomes one more schema of {@code
 * allOf}, which means the same. Nothing else can be referred to, and nothing refers to itself.
 */
final class References {
  /** Values of a schema once it is written out: references to references multiply. */
  private static final int MAX_VALUES = 5_000;

  private static final String PREFIX = "#/$defs/";

  private final Optional<JsonObject> definitions;
  private final Consumer<Fault> faults;
  private final Deque<String> open = new ArrayDeque<>();
  private final Set<String> used = new HashSet<>();
  private int values;

  private References(Optional<JsonObject> definitions, Consumer<Fault> faults) {
    this.definitions = definitions;
    this.faults = faults;
  }

  /** {@code schema} without {@code $defs} and {@code $ref}; empty where it grows too large. */
  static Optional<Json> writtenOut(JsonObject schema, Consumer<Fault> faults) {
    Optional<JsonObject> definitions = Optional.empty();
    List<Member> rest = new ArrayList<>();
    for (Member member : schema.members()) {
      if (!member.name().equals("$defs")) {
        rest.add(member);
      } else if (member.value() instanceof JsonObject object) {
        definitions = Optional.of(object);
      } else {
        faults.accept(Fault.of(member.value().at(), "\"$defs\" must be an object"));
      }
    }
    References references = new References(definitions, faults);
    Json written = references.copy(new JsonObject(schema.at(), rest));
    references.reportUnused();
    if (references.values > MAX_VALUES) {
      faults.accept(
          Fault.of(
              schema.at(), "the rule has more than " + MAX_VALUES + " values once written out"));
      return Optional.empty();
    }
    return Optional.of(written);
  }

  private Json copy(Json value) {
    if (++values > MAX_VALUES) {
      return value;
    }
    return switch (value) {
      case JsonObject object -> object(object);
      case JsonArray array ->
          new JsonArray(array.at(), array.elements().stream().map(this::copy).toList());
      case JsonText text -> text;
      case Json.JsonNumber number -> number;
      case Json.JsonFlag flag -> flag;
      case Json.JsonNull none -> none;
    };
  }

  private Json object(JsonObject object) {
    List<Member> members = new ArrayList<>();
    List<Json> all = new ArrayList<>();
    Optional<Member> reference = Optional.empty();
    for (Member member : object.members()) {
      // The value of "const" is no schema: what looks like a reference there is data.
      if (member.name().equals("const") || member.name().equals("enum")) {
        members.add(member);
      } else if (member.name().equals("$ref")) {
        reference = Optional.of(member);
        target(member.value()).ifPresent(all::add);
      } else if (member.name().equals("allOf") && member.value() instanceof JsonArray array) {
        array.elements().forEach(element -> all.add(copy(element)));
        if (array.elements().isEmpty()) {
          members.add(member);
        }
      } else {
        members.add(new Member(member.name(), member.nameAt(), copy(member.value())));
      }
    }
    if (!all.isEmpty()) {
      members.add(
          new Member(
              "allOf",
              reference.map(Member::nameAt).orElse(object.at()),
              new JsonArray(object.at(), all)));
    }
    return new JsonObject(object.at(), members);
  }

  private Optional<Json> target(Json value) {
    String name =
        value instanceof JsonText text && text.text().startsWith(PREFIX)
            ? text.text().substring(PREFIX.length())
            : "";
    Optional<Json> definition = definitions.flatMap(object -> object.get(name));
    if (definition.isEmpty()) {
      faults.accept(
          Fault.of(
              value.at(),
              "\"$ref\" leads nowhere",
              "write \"#/$defs/NAME\" for a schema of the rule's own \"$defs\""));
      return Optional.empty();
    }
    if (open.contains(name)) {
      faults.accept(Fault.of(value.at(), "a schema that refers to itself cannot be written out"));
      return Optional.empty();
    }
    used.add(name);
    open.push(name);
    Json copy = copy(definition.get());
    open.pop();
    return Optional.of(copy);
  }

  private void reportUnused() {
    for (Member member : definitions.map(JsonObject::members).orElse(List.of())) {
      if (!used.contains(member.name())) {
        faults.accept(Fault.of(member.nameAt(), "nothing refers to this schema", "remove it"));
      }
    }
  }
}
