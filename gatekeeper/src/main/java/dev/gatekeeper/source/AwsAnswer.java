package dev.gatekeeper.source;

import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Slice;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** The JSON of {@code get-secret-value}: a text, one member of a text that is JSON, or bytes. */
final class AwsAnswer {
  private AwsAnswer() {}

  /** The value of {@code name}, which may name a member behind {@code #}. */
  static byte[] value(byte[] output, String name) throws SourceException {
    int hash = name.indexOf('#');
    Optional<Slice> text = member(output, "SecretString");
    if (hash < 0) {
      return text.isPresent() ? utf8(text.get()) : binary(output);
    }
    if (text.isEmpty()) {
      throw fault("is binary: it has no members");
    }
    byte[] inner = utf8(text.get());
    try {
      Slice value =
          member(inner, name.substring(hash + 1)).orElseThrow(() -> fault("has no such member"));
      return utf8(value);
    } finally {
      Arrays.fill(inner, (byte) 0);
    }
  }

  private static byte[] binary(byte[] output) throws SourceException {
    byte[] encoded = utf8(member(output, "SecretBinary").orElseThrow(() -> fault("is empty")));
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw fault("is binary, and not in base64");
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static Optional<Slice> member(byte[] json, String name) throws SourceException {
    try {
      Slice whole = Slice.of(json);
      return whole.isObject()
          ? whole.members().get(name).filter(value -> !value.isNull())
          : Optional.empty();
    } catch (MalformedException e) {
      throw fault("came as something else than JSON");
    }
  }

  /** The bytes of a string, without a String in between, which could not be wiped. */
  private static byte[] utf8(Slice string) throws SourceException {
    if (!string.isString()) {
      throw fault("is no text");
    }
    byte[] out = new byte[string.length()];
    int length = 0;
    byte[] from = string.array();
    int i = string.start() + 1;
    while (i < string.end() - 1) {
      if (from[i] != '\\') {
        out[length++] = from[i++];
        continue;
      }
      int point = escaped(from, i);
      i += from[i + 1] == 'u' ? 6 : 2;
      if (Character.isBmpCodePoint(point)
          && Character.isHighSurrogate((char) point)
          && i < string.end() - 6
          && from[i] == '\\'
          && from[i + 1] == 'u') {
        point = Character.toCodePoint((char) point, (char) escaped(from, i));
        i += 6;
      }
      length += encode(point, out, length);
    }
    byte[] exact = Arrays.copyOf(out, length);
    Arrays.fill(out, (byte) 0);
    return exact;
  }

  private static int escaped(byte[] from, int at) {
    return switch (from[at + 1]) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int unit = 0;
        for (int digit = at + 2; digit < at + 6; digit++) {
          unit = unit << 4 | Character.digit(from[digit], 16);
        }
        yield unit;
      }
      default -> from[at + 1];
    };
  }

  private static int encode(int point, byte[] out, int to) {
    int length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    int rest = point;
    for (int i = length - 1; i > 0; i--, rest >>= 6) {
      out[to + i] = (byte) (0x80 | (rest & 0x3f));
    }
    out[to] = (byte) (length == 1 ? rest : 0xf00 >> length | rest);
    return length;
  }

  private static SourceException fault(String what) {
    return new SourceException(what, Optional.empty());
  }
}
