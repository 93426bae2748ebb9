package dev.gatekeeper.allowlist.json;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** A JSON value and where it stood. */
public sealed interface Json {
  /** Where it stood. */
  At at();

  /** Its type, with an article. */
  default String type() {
    return switch (this) {
      case JsonObject object -> "an object";
      case JsonArray array -> "an array";
      case JsonText text -> "a string";
      case JsonNumber number -> "a number";
      case JsonFlag flag -> "a boolean";
      case JsonNull none -> "null";
    };
  }

  /** Its members; none unless it is an object. */
  default List<Member> members() {
    return List.of();
  }

  /** Its elements; none unless it is an array. */
  default List<Json> elements() {
    return List.of();
  }

  /** The text that it is, if it is one. */
  default Optional<String> string() {
    return this instanceof JsonText text ? Optional.of(text.text()) : Optional.empty();
  }

  /** The value under {@code name}; none unless it is an object. */
  default Optional<Json> get(String name) {
    for (Member member : members()) {
      if (member.name().equals(name)) {
        return Optional.of(member.value());
      }
    }
    return Optional.empty();
  }

  /** One key of an object and its value. */
  record Member(String name, At nameAt, Json value) {}

  /** An object; its keys differ from each other. */
  record JsonObject(At at, List<Member> members) implements Json {
    public JsonObject {
      members = List.copyOf(members);
    }
  }

  /** An array. */
  record JsonArray(At at, List<Json> elements) implements Json {
    public JsonArray {
      elements = List.copyOf(elements);
    }
  }

  /** A string, decoded. */
  record JsonText(At at, String text) implements Json {}

  /**
   * A number.
   *
   * @param text as it was written, JSON
   */
  record JsonNumber(At at, String text) implements Json {
    /** Its exact value. */
    public BigDecimal number() {
      return new BigDecimal(text);
    }
  }

  /** {@code true} or {@code false}. */
  record JsonFlag(At at, boolean flag) implements Json {}

  /** {@code null}. */
  record JsonNull(At at) implements Json {}
}
