package dev.gatekeeper.allowlist.json;

import dev.gatekeeper.allowlist.json.Json.JsonArray;
import dev.gatekeeper.allowlist.json.Json.JsonFlag;
import dev.gatekeeper.allowlist.json.Json.JsonNull;
import dev.gatekeeper.allowlist.json.Json.JsonNumber;
import dev.gatekeeper.allowlist.json.Json.JsonObject;
import dev.gatekeeper.allowlist.json.Json.JsonText;
import dev.gatekeeper.allowlist.json.Json.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The one text that all spellings of a JSON value share.
 *
 * <p>Guarantees: two values have the same text exactly if they are equal as JSON. RFC 8785 gives
 * one text to numbers that the same double stands for, and replaces what is no Unicode; here both
 * are refused, so that a value cannot pass for its neighbour.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785, JSON Canonicalization Scheme</a>
 */
public final class CanonicalJson {
  /** So many decimal digits are a whole number that a double stands for. */
  static final int PLAIN_DIGITS = 15;

  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder();

  private CanonicalJson() {}

  /**
   * The canonical text of {@code value}.
   *
   * @throws JsonException if it holds a number that is no IEEE 754 double, or a lone surrogate; at
   *     the place of that
   */
  public static String of(Json value) throws JsonException {
    CanonicalJson text = new CanonicalJson();
    text.write(value);
    return text.out.toString();
  }

  /**
   * The canonical text of strict JSON text.
   *
   * @throws JsonException if it is none, repeats a key, or has no canonical text
   */
  public static String of(byte[] text, int maxBytes) throws JsonException {
    List<Fault> faults = new ArrayList<>();
    Json value = JsonReader.read(text, maxBytes, faults::add);
    if (!faults.isEmpty()) {
      throw new JsonException(faults.getFirst().at(), "a key stands here twice");
    }
    return of(value);
  }

  /** A string as RFC 8785 writes it; lone surrogates are the caller's to refuse. */
  public static String quote(String text) {
    CanonicalJson quoted = new CanonicalJson();
    quoted.string(text);
    return quoted.out.toString();
  }

  private void write(Json value) throws JsonException {
    // No pattern switch: the first one of a process takes 50 ms, and an agent waits for its lists.
    if (value instanceof JsonText text) {
      string(text.text(), text.at());
    } else if (value instanceof JsonObject object) {
      object(object);
    } else if (value instanceof JsonNumber number) {
      out.append(number(number));
    } else if (value instanceof JsonFlag flag) {
      out.append(flag.flag());
    } else if (value instanceof JsonArray array) {
      array(array);
    } else if (value instanceof JsonNull) {
      out.append("null");
    } else {
      throw new AssertionError("a value of JSON is one of six");
    }
  }

  private void array(JsonArray array) throws JsonException {
    out.append('[');
    for (int i = 0; i < array.elements().size(); i++) {
      out.append(i == 0 ? "" : ",");
      write(array.elements().get(i));
    }
    out.append(']');
  }

  private void object(JsonObject object) throws JsonException {
    List<Member> members = new ArrayList<>(object.members());
    // By UTF-16 code units, as String compares.
    members.sort((a, b) -> a.name().compareTo(b.name()));
    out.append('{');
    for (int i = 0; i < members.size(); i++) {
      out.append(i == 0 ? "" : ",");
      string(members.get(i).name(), members.get(i).nameAt());
      out.append(':');
      write(members.get(i).value());
    }
    out.append('}');
  }

  private void string(String text, At at) throws JsonException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(++i))) {
          throw new JsonException(at, "half of a surrogate pair is no Unicode");
        }
      }
    }
    string(text);
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /**
   * As ECMAScript writes the double that the number is.
   *
   * @see <a href="https://tc39.es/ecma262/#sec-numeric-types-number-tostring">ECMA-262,
   *     Number::toString</a>
   */
  private static String number(JsonNumber number) throws JsonException {
    if (isPlain(number.text())) {
      return number.text();
    }
    double value = number.number().doubleValue();
    if (value == 0 && number.number().signum() == 0) {
      return "0";
    }
    BigDecimal shortest = Double.isInfinite(value) ? null : shortest(value);
    if (shortest == null || shortest.compareTo(number.number()) != 0) {
      throw new JsonException(number.at(), "a number that no double stands for exactly");
    }
    String digits = shortest.unscaledValue().abs().toString();
    int k = digits.length();
    int n = k - shortest.scale();
    String sign = shortest.signum() < 0 ? "-" : "";
    if (k <= n && n <= 21) {
      return sign + digits + "0".repeat(n - k);
    }
    if (0 < n && n <= 21) {
      return sign + digits.substring(0, n) + "." + digits.substring(n);
    }
    if (-6 < n && n <= 0) {
      return sign + "0." + "0".repeat(-n) + digits;
    }
    String mantissa = k == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return sign + mantissa + "e" + (n > 0 ? "+" : "-") + Math.abs(n - 1);
  }

  /** Whole, not negative, and small enough for a double to stand for it. */
  private static boolean isPlain(String text) {
    boolean digits = text.length() <= PLAIN_DIGITS && (text.charAt(0) != '0' || text.length() == 1);
    for (int i = 0; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits;
  }

  /** The fewest digits that read as {@code value}; Java writes two where one would do. */
  private static BigDecimal shortest(double value) {
    BigDecimal written = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (written.precision() == 2) {
      BigDecimal one = written.round(new java.math.MathContext(1));
      if (one.doubleValue() == value) {
        return one.stripTrailingZeros();
      }
    }
    return written;
  }
}
