package dev.gatekeeper.allowlist.arguments;

import dev.gatekeeper.allowlist.json.Json;
import java.util.Locale;
import java.util.Optional;

/** The types of JSON Schema. */
enum Type {
  OBJECT,
  ARRAY,
  STRING,
  NUMBER,
  INTEGER,
  BOOLEAN,
  NULL;

  static Optional<Type> named(String name) {
    for (Type type : values()) {
      if (type.toString().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static Type of(Json value) {
    return switch (value) {
      case Json.JsonObject object -> OBJECT;
      case Json.JsonArray array -> ARRAY;
      case Json.JsonText text -> STRING;
      case Json.JsonNumber number -> NUMBER;
      case Json.JsonFlag flag -> BOOLEAN;
      case Json.JsonNull none -> NULL;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
