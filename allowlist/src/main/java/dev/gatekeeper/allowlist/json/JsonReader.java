package dev.gatekeeper.allowlist.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads a whole text. */
public final class JsonReader {
  /** Bytes of a list: thousands of entries; a person reviews it. */
  public static final int MAX_BYTES = 1 << 20;

  /** Nesting: argument rules need about twenty levels; recursion stays shallow. */
  static final int MAX_DEPTH = 64;

  /** Values of one text: each costs some hundred bytes of memory, whatever it costs to send. */
  static final int MAX_VALUES = 200_000;

  /** Digits of a number: more than any identifier, few enough to compare at once. */
  static final int MAX_NUMBER = 100;

  /** The length of a text is bounded before it gets here. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final Consumer<Fault> faults;
  private final JsonParser parser;
  private final List<List<String>> wanted;
  private final List<String> path = new ArrayList<>();
  private int values;

  private JsonReader(JsonParser parser, List<List<String>> wanted, Consumer<Fault> faults) {
    this.parser = parser;
    this.wanted = wanted;
    this.faults = faults;
  }

  /**
   * Reads strict UTF-8. Duplicate keys go to {@code faults}, and the tree holds the first of them.
   *
   * @throws JsonException if it is not one JSON value within the bounds
   */
  public static Json read(byte[] text, int maxBytes, Consumer<Fault> faults) throws JsonException {
    return read(decode(text, maxBytes), faults);
  }

  /** The same for text that {@link #decode} gave. */
  public static Json read(String text, Consumer<Fault> faults) throws JsonException {
    return read(FACTORY, text, List.of(), faults);
  }

  /** The same of the paths of keys that are wanted; none of them stands for all. */
  static Json read(
      JsonFactory factory, String text, List<List<String>> wanted, Consumer<Fault> faults)
      throws JsonException {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      try {
        JsonReader reader = new JsonReader(parser, wanted, faults);
        if (parser.nextToken() == null) {
          throw new JsonException(new At(1, 1, 0, 0), "the text is empty");
        }
        Json root = reader.value();
        if (parser.nextToken() != null) {
          throw new JsonException(reader.at(), "something follows the end of the value");
        }
        return root;
      } catch (JacksonException e) {
        throw new JsonException(at(e.getLocation(), parser), describe(e));
      }
    }
  }

  /**
   * Decodes strict UTF-8 without a byte order mark.
   *
   * @throws JsonException if it is not, or longer than {@code maxBytes}
   */
  public static String decode(byte[] bytes, int maxBytes) throws JsonException {
    if (bytes.length > maxBytes) {
      throw new JsonException(
          new At(1, 1, 0, 0), "the text has " + bytes.length + " bytes, more than " + maxBytes);
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    String text = out.toString();
    try {
      if (result.isError()) {
        result.throwException();
      }
    } catch (CharacterCodingException e) {
      throw new JsonException(end(text), "this byte is not UTF-8");
    }
    if (text.startsWith("\uFEFF")) {
      throw new JsonException(new At(1, 1, 0, 1), "the text starts with a byte order mark");
    }
    return text;
  }

  private static At end(String text) {
    int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
    return new At(line, text.length() - text.lastIndexOf('\n'), text.length(), text.length());
  }

  private Json value() throws JsonException {
    At at = at();
    if (++values > MAX_VALUES) {
      throw new JsonException(at, "more than " + MAX_VALUES + " values");
    }
    JsonToken token = Objects.requireNonNull(parser.currentToken());
    return switch (token) {
      case START_OBJECT -> object(at);
      case START_ARRAY -> array(at);
      case VALUE_STRING -> new Json.JsonText(to(at), parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(at);
      case VALUE_TRUE -> new Json.JsonFlag(to(at), true);
      case VALUE_FALSE -> new Json.JsonFlag(to(at), false);
      case VALUE_NULL -> new Json.JsonNull(to(at));
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new AssertionError(token);
    };
  }

  private Json number(At at) throws JsonException {
    String digits = parser.getString();
    int exponent = Math.max(digits.indexOf('e'), digits.indexOf('E'));
    if (exponent >= 0 && digits.length() - exponent > 5) {
      // 1e999999999 is ten characters and a gigabyte once somebody writes it out.
      throw new JsonException(at, "a number with such an exponent");
    }
    return new Json.JsonNumber(to(at), parser.getDecimalValue());
  }

  private Json object(At at) throws JsonException {
    Map<String, Json.Member> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = Objects.requireNonNull(parser.currentName());
      At nameAt = to(at());
      parser.nextToken();
      if (!isWanted(name)) {
        parser.skipChildren();
        continue;
      }
      path.addLast(name);
      Json.Member member = new Json.Member(name, nameAt, value());
      path.removeLast();
      Json.Member first = members.putIfAbsent(name, member);
      if (first != null) {
        faults.accept(
            Fault.of(
                nameAt,
                "duplicate key \"" + name + "\", first on line " + first.nameAt().line(),
                "keep one of them"));
      }
    }
    return new Json.JsonObject(to(at), List.copyOf(members.values()));
  }

  /** Whether {@code name} leads to a wanted path, or lies below one. */
  private boolean isWanted(String name) {
    if (wanted.isEmpty()) {
      return true;
    }
    for (List<String> one : wanted) {
      int shared = Math.min(one.size(), path.size());
      if (one.subList(0, shared).equals(path.subList(0, shared))
          && (path.size() >= one.size() || one.get(path.size()).equals(name))) {
        return true;
      }
    }
    return false;
  }

  private Json array(At at) throws JsonException {
    List<Json> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value());
    }
    return new Json.JsonArray(to(at), elements);
  }

  private At at() {
    return at(parser.currentTokenLocation(), parser);
  }

  /** {@code start}, ended where the parser stands now. */
  private At to(At start) {
    parser.finishToken();
    int end = (int) parser.currentLocation().getCharOffset();
    return new At(start.line(), start.column(), start.start(), end);
  }

  private static At at(TokenStreamLocation location, JsonParser parser) {
    TokenStreamLocation known = location == null ? parser.currentLocation() : location;
    int offset = (int) Math.max(0, known.getCharOffset());
    return new At(Math.max(1, known.getLineNr()), Math.max(1, known.getColumnNr()), offset, offset);
  }

  /** Jackson's messages quote the text, which may hold a secret. */
  private static String describe(JacksonException e) {
    if (e instanceof tools.jackson.core.exc.StreamConstraintsException) {
      return "nested or long beyond the bounds (" + MAX_DEPTH + " levels)";
    }
    if (e instanceof tools.jackson.core.exc.UnexpectedEndOfInputException) {
      return "the text ends in the middle of a value";
    }
    return "this is not JSON";
  }
}
