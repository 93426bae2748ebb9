package dev.gatekeeper.allowlist.toml;

import dev.gatekeeper.allowlist.json.At;
import dev.gatekeeper.allowlist.json.Json;
import dev.gatekeeper.allowlist.json.JsonException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Keys and values. */
final class Values {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_VALUES = 200_000; // as of JSON: each costs some hundred bytes
  private static final int MAX_NUMBER = 100; // characters: more than any number that counts
  private static final int MAX_KEYS = 64; // parts of a dotted key

  private static final Pattern INTEGER = Pattern.compile("[+-]?(0|[1-9](_?[0-9])*)");
  private static final Pattern BASED =
      Pattern.compile("0x[0-9A-Fa-f](_?[0-9A-Fa-f])*|0o[0-7](_?[0-7])*|0b[01](_?[01])*");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(0|[1-9](_?[0-9])*)(\\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9]){0,2})?");
  private static final Pattern UNBOUNDED = Pattern.compile("[+-]?(inf|nan)");
  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})?([Tt ]?[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?"
              + "([Zz]|[+-][0-9]{2}:[0-9]{2})?)?");

  private final Cursor cursor;
  private final Strings strings;
  private int count;
  private int depth;

  Values(Cursor cursor) {
    this.cursor = cursor;
    this.strings = new Strings(cursor);
  }

  /** {@code a.b = value} into {@code table}. */
  void pair(TomlTable table) throws JsonException {
    List<TomlKey> keys = keys();
    cursor.expect('=');
    cursor.skipSpace();
    TomlTable at = table;
    for (TomlKey key : keys.subList(0, keys.size() - 1)) {
      at = at.dotted(key, cursor);
    }
    at.value(keys.getLast(), value(), cursor);
  }

  List<TomlKey> keys() throws JsonException {
    List<TomlKey> keys = new ArrayList<>();
    do {
      if (!keys.isEmpty()) {
        cursor.next();
      }
      if (keys.size() == MAX_KEYS) {
        throw cursor.fault("a key of more than " + MAX_KEYS + " parts");
      }
      cursor.skipSpace();
      keys.add(key());
      cursor.skipSpace();
    } while (cursor.peek() == '.');
    return keys;
  }

  private TomlKey key() throws JsonException {
    At at = cursor.at();
    if (cursor.peek() == '"' || cursor.peek() == '\'') {
      return new TomlKey(strings.line(), cursor.since(at));
    }
    StringBuilder name = new StringBuilder();
    while (isBare(cursor.peek())) {
      name.append((char) cursor.next());
    }
    if (name.isEmpty()) {
      throw cursor.fault("this is no key");
    }
    return new TomlKey(name.toString(), cursor.since(at));
  }

  private static boolean isBare(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private Json value() throws JsonException {
    if (++count > MAX_VALUES) {
      throw cursor.fault("more than " + MAX_VALUES + " values");
    }
    At at = cursor.at();
    return switch (cursor.peek()) {
      case '"', '\'' -> {
        String text = strings.any();
        yield new Json.JsonText(cursor.since(at), text);
      }
      case '[' -> nested(at, true);
      case '{' -> nested(at, false);
      default -> word(at);
    };
  }

  private Json nested(At at, boolean array) throws JsonException {
    if (++depth > MAX_DEPTH) {
      throw cursor.fault("nested beyond " + MAX_DEPTH + " levels");
    }
    cursor.next();
    Json value = array ? array(at) : table(at);
    depth--;
    return value;
  }

  private Json array(At at) throws JsonException {
    List<Json> elements = new ArrayList<>();
    cursor.skipLines();
    while (cursor.peek() != ']') {
      elements.add(value());
      cursor.skipLines();
      if (cursor.peek() != ',') {
        break;
      }
      cursor.next();
      cursor.skipLines();
    }
    cursor.expect(']');
    return new Json.JsonArray(cursor.since(at), elements);
  }

  private Json table(At at) throws JsonException {
    TomlTable table = new TomlTable(at, TomlTable.Kind.INLINE);
    cursor.skipSpace();
    if (cursor.peek() != '}') {
      pair(table);
      cursor.skipSpace();
      while (cursor.peek() == ',') {
        cursor.next();
        pair(table);
        cursor.skipSpace();
      }
    }
    cursor.expect('}');
    return table.toJson();
  }

  /** A number, a boolean or a time: what reaches to the next divider. */
  private Json word(At at) throws JsonException {
    StringBuilder word = new StringBuilder();
    while (isOfWord(cursor.peek()) || isTimeBehindDate(word)) {
      if (word.length() == MAX_NUMBER) {
        throw cursor.fault(at, "a value of more than " + MAX_NUMBER + " characters");
      }
      word.append((char) cursor.next());
    }
    String text = word.toString();
    At whole = cursor.since(at);
    if (text.equals("true") || text.equals("false")) {
      return new Json.JsonFlag(whole, text.equals("true"));
    }
    if (INTEGER.matcher(text).matches() || FLOAT.matcher(text).matches()) {
      return new Json.JsonNumber(whole, new BigDecimal(text.replace("_", "")).toString());
    }
    if (BASED.matcher(text).matches()) {
      int base = text.charAt(1) == 'x' ? 16 : text.charAt(1) == 'o' ? 8 : 2;
      String digits = text.substring(2).replace("_", "");
      return new Json.JsonNumber(whole, new BigInteger(digits, base).toString());
    }
    if (!text.isEmpty() && (UNBOUNDED.matcher(text).matches() || TIME.matcher(text).matches())) {
      return new Json.JsonText(whole, text);
    }
    throw cursor.fault(at, cursor.isEnd() && text.isEmpty() ? "a value is missing" : "no value");
  }

  private static boolean isOfWord(int c) {
    return isBare(c) || c == '+' || c == '.' || c == ':';
  }

  /** {@code 2026-01-31 12:00:00}: the one value with a space in it. */
  private boolean isTimeBehindDate(StringBuilder word) {
    return cursor.peek() == ' '
        && word.length() == 10
        && word.charAt(4) == '-'
        && word.charAt(7) == '-'
        && cursor.startsWith(" ")
        && cursor.digitFollows();
  }
}
