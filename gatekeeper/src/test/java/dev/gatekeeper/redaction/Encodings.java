package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * What programs make of a value before they print it, by independent code: bytes to bytes, with
 * noise at both ends where an encoding depends on what stands beside the value.
 */
final class Encodings {
  private final Random random;

  /** Found wherever they stand, in streams too. */
  final Map<String, UnaryOperator<byte[]>> plain = new LinkedHashMap<>();

  /** Found in whole texts, where they stand apart. */
  final Map<String, UnaryOperator<byte[]>> nested = new LinkedHashMap<>();

  Encodings(Random random) {
    this.random = random;
    HexFormat lower = HexFormat.of();
    plain.put("as it is", v -> v);
    for (int style = 0; style < 4; style++) {
      plain.put("JSON " + style, this::json);
    }
    plain.put("JSON units", v -> each(v, c -> String.format("\\u%04x", (int) c)));
    plain.put("JSON in JSON", v -> json(json(v)));
    plain.put("percent, lower", v -> octets(v, "%%%02x"));
    plain.put("percent, upper", v -> octets(v, "%%%02X"));
    plain.put("percent, twice", v -> octets(octets(v, "%%%02x"), "%%%02X"));
    plain.put("component", Encodings::component);
    plain.put("component, twice", v -> component(component(v)));
    plain.put("form", v -> bytes(URLEncoder.encode(text(v), UTF_8)));
    plain.put("percent units", v -> each(v, c -> String.format("%%u%04X", (int) c)));
    plain.put("octet escapes", v -> octets(v, "\\x%02x"));
    plain.put("HTML named", v -> bytes(html(text(v))));
    plain.put("HTML decimal", v -> points(v, "&#%d;"));
    plain.put("HTML hex, lower", v -> points(v, "&#x%x;"));
    plain.put("HTML hex, upper", v -> points(v, "&#X%04X;"));
    plain.put("HTML in JSON", v -> json(bytes(html(text(v)))));
    plain.put("percent in HTML", v -> bytes(html(text(component(v)))));
    for (int before = 0; before < 3; before++) {
      int front = before;
      plain.put("base64 " + before, v -> base64(around(v, front, 3), Base64.getEncoder()));
      plain.put("base64url " + before, v -> base64(around(v, front, 3), Base64.getUrlEncoder()));
      plain.put("MIME " + before, v -> base64(around(v, front, 3), Base64.getMimeEncoder()));
      plain.put(
          "PEM, indented " + before,
          v -> base64(around(v, front, 3), Base64.getMimeEncoder(64, bytes("\n    "))));
      plain.put(
          "base64 of UTF-16 " + before,
          v -> base64(around(text(v).getBytes(UTF_16LE), front, 3), Base64.getEncoder()));
      plain.put(
          "base64url of UTF-16BE " + before,
          v -> base64(around(text(v).getBytes(UTF_16BE), front, 3), Base64.getUrlEncoder()));
      plain.put(
          "component of base64 " + before,
          v -> component(base64(around(v, front, 3), Base64.getEncoder())));
      plain.put(
          "MIME in JSON " + before,
          v -> json(base64(around(v, front, 3), Base64.getMimeEncoder())));
    }
    plain.put("hex, lower", v -> bytes(lower.formatHex(around(v, 0, 1))));
    plain.put("hex, upper", v -> bytes(lower.withUpperCase().formatHex(around(v, 0, 1))));
    plain.put("hex, folded", v -> folded(lower.formatHex(around(v, 0, 1)), 60));
    plain.put("hex, colons", v -> bytes(HexFormat.ofDelimiter(":").formatHex(around(v, 0, 1))));
    plain.put(
        "hex, blanks, upper",
        v -> bytes(HexFormat.ofDelimiter(" ").withUpperCase().formatHex(around(v, 0, 1))));
    for (int before = 0; before < 5; before++) {
      int front = before;
      plain.put("base32 " + before, v -> bytes(base32(around(v, front, 5))));
      plain.put("base32, folded " + before, v -> folded(base32(around(v, front, 5)), 76));
    }
    plain.put("UTF-16LE", v -> text(v).getBytes(UTF_16LE));
    plain.put("UTF-16BE", v -> text(v).getBytes(UTF_16BE));

    nested.put("hex, mixed", v -> mixed(lower.formatHex(v)));
    for (String inside :
        new String[] {
          "JSON units",
          "component",
          "HTML decimal",
          "hex, upper",
          "base32 3",
          "base64 1",
          "MIME 2",
          "form",
          "JSON in JSON"
        }) {
      UnaryOperator<byte[]> first = Objects.requireNonNull(plain.get(inside));
      for (int before = 0; before < 3; before++) {
        int front = before;
        nested.put(
            "base64 of " + inside + before,
            v -> base64(front(first.apply(v), front), Base64.getEncoder()));
        nested.put(
            "MIME of " + inside + before,
            v -> base64(front(first.apply(v), front), Base64.getMimeEncoder()));
      }
      nested.put("hex of " + inside, v -> bytes(lower.formatHex(first.apply(v))));
      nested.put(
          "base64 of base64 of " + inside,
          v -> base64(base64(front(first.apply(v), 2), Base64.getEncoder()), Base64.getEncoder()));
      nested.put(
          "component of base64 of " + inside,
          v -> component(base64(first.apply(v), Base64.getEncoder())));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private byte[] json(byte[] value) {
    return bytes(Spelling.random(text(value), random));
  }

  private static byte[] octets(byte[] value, String format) {
    StringBuilder out = new StringBuilder();
    for (byte b : value) {
      out.append(String.format(format, b & 0xff));
    }
    return bytes(out.toString());
  }

  private interface Unit {
    String of(char c);
  }

  private static byte[] each(byte[] value, Unit unit) {
    StringBuilder out = new StringBuilder();
    for (char c : text(value).toCharArray()) {
      out.append(unit.of(c));
    }
    return bytes(out.toString());
  }

  private static byte[] points(byte[] value, String format) {
    StringBuilder out = new StringBuilder();
    text(value).codePoints().forEach(point -> out.append(String.format(format, point)));
    return bytes(out.toString());
  }

  static byte[] component(byte[] value) {
    return bytes(URLEncoder.encode(text(value), UTF_8).replace("+", "%20"));
  }

  private static String html(String value) {
    return value
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#x27;");
  }

  /** Noise at both ends; {@code before} bytes in front, modulo {@code group}. */
  private byte[] around(byte[] value, int before, int group) {
    byte[] front = new byte[before + group * random.nextInt(20)];
    byte[] back = new byte[random.nextInt(20)];
    random.nextBytes(front);
    random.nextBytes(back);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(front);
    out.writeBytes(value);
    out.writeBytes(back);
    return out.toByteArray();
  }

  /** Text in front, as in a file. */
  private byte[] front(byte[] value, int before) {
    byte[] front = bytes("# a file\nkey: ".repeat(random.nextInt(3)) + "::".substring(before));
    byte[] out = Arrays.copyOf(front, front.length + value.length);
    System.arraycopy(value, 0, out, front.length, value.length);
    return out;
  }

  private static byte[] base64(byte[] value, Base64.Encoder encoder) {
    return encoder.encode(value);
  }

  private static String base32(byte[] value) {
    StringBuilder bits = new StringBuilder();
    for (byte b : value) {
      bits.append(String.format("%8s", Integer.toBinaryString(b & 0xff)).replace(' ', '0'));
    }
    while (bits.length() % 5 != 0) {
      bits.append('0');
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < bits.length(); i += 5) {
      out.append(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(Integer.parseInt(bits.substring(i, i + 5), 2)));
    }
    return out.toString();
  }

  private static byte[] folded(String text, int columns) {
    return bytes(text.replaceAll("(.{" + columns + "})(?=.)", "$1\n"));
  }

  private byte[] mixed(String hex) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      out.append(random.nextBoolean() ? Character.toUpperCase(c) : c);
    }
    return bytes(out.toString());
  }

  /** As a server's JSON library writes bytes that it takes for text. */
  static String inJson(byte[] text) {
    StringBuilder out = new StringBuilder();
    boolean utf8 = Arrays.equals(text(text).getBytes(UTF_8), text);
    for (char c : new String(text, utf8 ? UTF_8 : ISO_8859_1).toCharArray()) {
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        default -> out.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    return out.toString();
  }
}
