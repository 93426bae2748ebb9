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
import java.util.function.Consumer;

/**
 * Reads a whole JSON text (RFC 8259).
 *
 * <p>Why not Jackson: lists and locks are read while an agent waits for {@code initialize}, and its
 * first parser costs 25 ms in a cold process, most of them in the set-up of {@code BigDecimal},
 * which is why numbers stay text here until somebody asks for one. Jackson is the oracle of the
 * test.
 */
public final class JsonReader {
  /** Bytes of a list: thousands of entries; a person reviews it. */
  public static final int MAX_BYTES = 1 << 20;

  /** Nesting: argument rules need about twenty levels; recursion stays shallow. */
  static final int MAX_DEPTH = 64;

  /** Values of one text: each costs some hundred bytes of memory, whatever it costs to send. */
  static final int MAX_VALUES = 200_000;

  /** Characters of a number: more than any identifier, few enough to compare at once. */
  static final int MAX_NUMBER = 100;

  private final JsonScan scan;
  private final List<List<String>> wanted;
  private final Copies copies;
  private final Consumer<Fault> faults;
  private final List<String> path = new ArrayList<>();
  private int depth;
  private int values;

  private JsonReader(
      JsonScan scan, List<List<String>> wanted, Copies copies, Consumer<Fault> faults) {
    this.scan = scan;
    this.wanted = wanted;
    this.copies = copies;
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
    return read(text, Copies.NONE, faults);
  }

  /** The same, with some objects copied. */
  public static Json read(String text, Copies copies, Consumer<Fault> faults) throws JsonException {
    return read(text, false, List.of(), copies, faults);
  }

  /**
   * The same of the paths of keys that are wanted; none of them stands for all.
   *
   * @param comments whether comments and trailing commas are let through
   */
  static Json read(
      String text,
      boolean comments,
      List<List<String>> wanted,
      Copies copies,
      Consumer<Fault> faults)
      throws JsonException {
    JsonScan scan = new JsonScan(text, comments);
    if (scan.next() == JsonScan.END) {
      throw new JsonException(new At(1, 1, 0, 0), "the text is empty");
    }
    JsonReader reader = new JsonReader(scan, wanted, copies, faults);
    Json root = reader.value(true);
    if (scan.next() != JsonScan.END) {
      throw scan.fault("something follows the end of the value");
    }
    return root;
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
    // Far cheaper than a decoder that reports, and it leaves a mark where that would report.
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      text = report(bytes);
    }
    if (text.startsWith("\uFEFF")) {
      throw new JsonException(new At(1, 1, 0, 1), "the text starts with a byte order mark");
    }
    return text;
  }

  private static String report(byte[] bytes) throws JsonException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), out, true);
    out.flip();
    String text = out.toString();
    try {
      if (result.isError()) {
        result.throwException();
      }
    } catch (CharacterCodingException e) {
      throw new JsonException(end(text), "this byte is not UTF-8");
    }
    return text;
  }

  private static At end(String text) {
    int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
    return new At(line, text.length() - text.lastIndexOf('\n'), text.length(), text.length());
  }

  /**
   * The value that starts here.
   *
   * @param kept whether it is wanted; what is not is checked all the same, and not counted
   */
  private Json value(boolean kept) throws JsonException {
    At at = scan.at();
    if (kept && ++values > MAX_VALUES) {
      throw new JsonException(at, "more than " + MAX_VALUES + " values");
    }
    return switch (scan.peek()) {
      case '{' -> object(at, kept);
      case '[' -> array(at, kept);
      case '"' -> {
        String text = scan.string();
        yield new Json.JsonText(scan.to(at), text);
      }
      case 't' -> {
        scan.word("true");
        yield new Json.JsonFlag(scan.to(at), true);
      }
      case 'f' -> {
        scan.word("false");
        yield new Json.JsonFlag(scan.to(at), false);
      }
      case 'n' -> {
        scan.word("null");
        yield new Json.JsonNull(scan.to(at));
      }
      default -> number(at);
    };
  }

  private Json number(At at) throws JsonException {
    String digits = scan.number();
    if (digits.length() > MAX_NUMBER) {
      throw beyond(at);
    }
    int exponent = Math.max(digits.indexOf('e'), digits.indexOf('E'));
    if (exponent >= 0 && digits.length() - exponent > 5) {
      // 1e999999999 is ten characters and a gigabyte once somebody writes it out.
      throw new JsonException(at, "a number with such an exponent");
    }
    return new Json.JsonNumber(scan.to(at), digits);
  }

  private Json object(At at, boolean kept) throws JsonException {
    Map<String, Json.Member> members = new LinkedHashMap<>();
    enter(at);
    for (boolean more = scan.first('}'); more; more = scan.more('}')) {
      At nameAt = scan.at();
      if (scan.peek() != '"') {
        throw scan.notJson();
      }
      String name = scan.string();
      nameAt = scan.to(nameAt);
      scan.colon();
      boolean member = kept && isWanted(name);
      path.addLast(name);
      Json copy = member && copies.wants(path) ? copies.take(scan, MAX_DEPTH - depth) : null;
      Json value = copy == null ? value(member) : copy;
      path.removeLast();
      if (member) {
        Json.Member first = members.putIfAbsent(name, new Json.Member(name, nameAt, value));
        if (first != null) {
          faults.accept(
              Fault.of(
                  nameAt,
                  "duplicate key \"" + name + "\", first on line " + first.nameAt().line(),
                  "keep one of them"));
        }
      }
    }
    depth--;
    return new Json.JsonObject(scan.to(at), List.copyOf(members.values()));
  }

  private Json array(At at, boolean kept) throws JsonException {
    List<Json> elements = new ArrayList<>();
    enter(at);
    for (boolean more = scan.first(']'); more; more = scan.more(']')) {
      Json element = value(kept);
      if (kept) {
        elements.add(element);
      }
    }
    depth--;
    return new Json.JsonArray(scan.to(at), elements);
  }

  private void enter(At at) throws JsonException {
    if (++depth > MAX_DEPTH) {
      throw beyond(at);
    }
  }

  private static JsonException beyond(At at) {
    return new JsonException(at, "nested or long beyond the bounds (" + MAX_DEPTH + " levels)");
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
}
