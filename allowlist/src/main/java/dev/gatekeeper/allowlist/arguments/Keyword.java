package dev.gatekeeper.allowlist.arguments;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Every keyword that a rule may use, and the types whose values it says something about. */
enum Keyword {
  TYPE("type", Value.TYPES),
  CONST("const", Value.ANYTHING),
  ENUM("enum", Value.ALTERNATIVES),
  ALL_OF("allOf", Value.SCHEMAS),
  ANY_OF("anyOf", Value.SCHEMAS),
  ONE_OF("oneOf", Value.SCHEMAS),
  NOT("not", Value.SCHEMA),
  IF("if", Value.SCHEMA),
  THEN("then", Value.SCHEMA),
  ELSE("else", Value.SCHEMA),
  PROPERTIES("properties", Value.SCHEMA_MAP, Type.OBJECT),
  PATTERN_PROPERTIES("patternProperties", Value.SCHEMA_MAP, Type.OBJECT),
  ADDITIONAL_PROPERTIES("additionalProperties", Value.SCHEMA, Type.OBJECT),
  REQUIRED("required", Value.NAMES, Type.OBJECT),
  DEPENDENT_REQUIRED("dependentRequired", Value.NAMES_MAP, Type.OBJECT),
  MIN_PROPERTIES("minProperties", Value.COUNT, Type.OBJECT),
  MAX_PROPERTIES("maxProperties", Value.COUNT, Type.OBJECT),
  ITEMS("items", Value.SCHEMA, Type.ARRAY),
  PREFIX_ITEMS("prefixItems", Value.SCHEMAS, Type.ARRAY),
  MIN_ITEMS("minItems", Value.COUNT, Type.ARRAY),
  MAX_ITEMS("maxItems", Value.COUNT, Type.ARRAY),
  UNIQUE_ITEMS("uniqueItems", Value.FLAG, Type.ARRAY),
  MIN_LENGTH("minLength", Value.COUNT, Type.STRING),
  MAX_LENGTH("maxLength", Value.COUNT, Type.STRING),
  PATTERN("pattern", Value.PATTERN, Type.STRING),
  FORMAT("format", Value.FORMAT, Type.STRING),
  PATH_UNDER("gk:pathUnder", Value.DIRECTORIES, Type.STRING),
  HOST_IN("gk:hostIn", Value.HOSTS, Type.STRING),
  MINIMUM("minimum", Value.NUMBER, Type.NUMBER, Type.INTEGER),
  MAXIMUM("maximum", Value.NUMBER, Type.NUMBER, Type.INTEGER),
  EXCLUSIVE_MINIMUM("exclusiveMinimum", Value.NUMBER, Type.NUMBER, Type.INTEGER),
  EXCLUSIVE_MAXIMUM("exclusiveMaximum", Value.NUMBER, Type.NUMBER, Type.INTEGER),
  MULTIPLE_OF("multipleOf", Value.POSITIVE, Type.NUMBER, Type.INTEGER),
  TITLE("title", Value.PROSE),
  DESCRIPTION("description", Value.PROSE),
  COMMENT("$comment", Value.PROSE);

  /** What stands behind a keyword. */
  enum Value {
    TYPES,
    ANYTHING,
    ALTERNATIVES,
    SCHEMA,
    SCHEMAS,
    SCHEMA_MAP,
    NAMES,
    NAMES_MAP,
    COUNT,
    NUMBER,
    POSITIVE,
    FLAG,
    PATTERN,
    FORMAT,
    DIRECTORIES,
    HOSTS,
    PROSE
  }

  private final String word;
  private final Value value;

  @SuppressWarnings("ImmutableEnumChecker") // never changed, and not handed out to change
  private final Set<Type> types;

  Keyword(String word, Value value, Type... types) {
    this.word = word;
    this.value = value;
    this.types = types.length == 0 ? EnumSet.noneOf(Type.class) : EnumSet.of(types[0], types);
  }

  /** As it is written. */
  String word() {
    return word;
  }

  Value value() {
    return value;
  }

  /** The types that it constrains; empty where it constrains each. */
  Set<Type> types() {
    return types;
  }

  static Optional<Keyword> named(String word) {
    for (Keyword keyword : values()) {
      if (keyword.word.equals(word)) {
        return Optional.of(keyword);
      }
    }
    return Optional.empty();
  }

  static Set<String> words() {
    Set<String> words = new TreeSet<>();
    for (Keyword keyword : values()) {
      words.add(keyword.word);
    }
    return words;
  }
}
