package dev.gatekeeper.allowlist.arguments;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Every keyword that a rule may use, and the types whose values it says something about. */
enum Keyword {
  TYPE("type", KeywordValue.TYPES),
  CONST("const", KeywordValue.ANYTHING),
  ENUM("enum", KeywordValue.SCHEMAS),
  ALL_OF("allOf", KeywordValue.SCHEMAS),
  ANY_OF("anyOf", KeywordValue.SCHEMAS),
  ONE_OF("oneOf", KeywordValue.SCHEMAS),
  NOT("not", KeywordValue.ANYTHING),
  IF("if", KeywordValue.ANYTHING),
  THEN("then", KeywordValue.ANYTHING),
  ELSE("else", KeywordValue.ANYTHING),
  PROPERTIES("properties", KeywordValue.OBJECT, Type.OBJECT),
  PATTERN_PROPERTIES("patternProperties", KeywordValue.OBJECT, Type.OBJECT),
  ADDITIONAL_PROPERTIES("additionalProperties", KeywordValue.ANYTHING, Type.OBJECT),
  REQUIRED("required", KeywordValue.NAMES, Type.OBJECT),
  DEPENDENT_REQUIRED("dependentRequired", KeywordValue.NAMES_MAP, Type.OBJECT),
  MIN_PROPERTIES("minProperties", KeywordValue.COUNT, Type.OBJECT),
  MAX_PROPERTIES("maxProperties", KeywordValue.COUNT, Type.OBJECT),
  ITEMS("items", KeywordValue.ANYTHING, Type.ARRAY),
  PREFIX_ITEMS("prefixItems", KeywordValue.SCHEMAS, Type.ARRAY),
  MIN_ITEMS("minItems", KeywordValue.COUNT, Type.ARRAY),
  MAX_ITEMS("maxItems", KeywordValue.COUNT, Type.ARRAY),
  UNIQUE_ITEMS("uniqueItems", KeywordValue.FLAG, Type.ARRAY),
  MIN_LENGTH("minLength", KeywordValue.COUNT, Type.STRING),
  MAX_LENGTH("maxLength", KeywordValue.COUNT, Type.STRING),
  PATTERN("pattern", KeywordValue.TEXT, Type.STRING),
  FORMAT("format", KeywordValue.FORMAT, Type.STRING),
  PATH_UNDER("gk:pathUnder", KeywordValue.DIRECTORIES, Type.STRING),
  HOST_IN("gk:hostIn", KeywordValue.HOSTS, Type.STRING),
  MINIMUM("minimum", KeywordValue.NUMBER, Type.NUMBER, Type.INTEGER),
  MAXIMUM("maximum", KeywordValue.NUMBER, Type.NUMBER, Type.INTEGER),
  EXCLUSIVE_MINIMUM("exclusiveMinimum", KeywordValue.NUMBER, Type.NUMBER, Type.INTEGER),
  EXCLUSIVE_MAXIMUM("exclusiveMaximum", KeywordValue.NUMBER, Type.NUMBER, Type.INTEGER),
  MULTIPLE_OF("multipleOf", KeywordValue.POSITIVE, Type.NUMBER, Type.INTEGER),
  TITLE("title", KeywordValue.TEXT),
  DESCRIPTION("description", KeywordValue.TEXT),
  COMMENT("$comment", KeywordValue.TEXT);

  private final String word;
  private final KeywordValue value;

  @SuppressWarnings("ImmutableEnumChecker") // never changed, and not handed out to change
  private final Set<Type> types;

  Keyword(String word, KeywordValue value, Type... types) {
    this.word = word;
    this.value = value;
    this.types = types.length == 0 ? EnumSet.noneOf(Type.class) : EnumSet.of(types[0], types);
  }

  /** As it is written. */
  String word() {
    return word;
  }

  KeywordValue value() {
    return value;
  }

  /** Whether its value is a number of something. */
  boolean counts() {
    return value == KeywordValue.COUNT;
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
