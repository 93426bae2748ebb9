package dev.gatekeeper.redaction;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatekeeper.redaction.reading.Escapes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ways in which a value may be written. Each is a plain sequence of bytes to look for in
 * decoded text; a further encoding is a further line in {@link #of}.
 */
final class Forms {
  /** Shortest line of armour in bytes that is looked for by itself: no word is that long. */
  private static final int ARMOURED = 24;

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final String BASE64 = LETTERS + "+/";
  private static final String BASE64_URL = LETTERS + "-_";

  private Forms() {}

  /**
   * Every form, the value itself first, without repetition. The caller wipes them. Escapes are not
   * among them: they can be written in any number of ways, and are read instead ({@link Escapes}).
   */
  static List<byte[]> of(byte[] value) {
    List<byte[]> forms = new ArrayList<>();
    add(forms, value.clone());
    byte[] plain = value.clone();
    for (int i = 0; i < Layers.ESCAPED; i++) {
      plain = meaning(plain);
      if (Redactor.isRecognisable(plain)) {
        add(forms, plain);
      }
    }
    for (byte[] form : List.copyOf(forms)) {
      add(forms, withPlus(form));
    }
    encode(forms, value, true);
    for (byte[] wide : wide(value)) {
      add(forms, wide);
      encode(forms, wide, false);
    }
    for (byte[] line : armoured(value)) {
      add(forms, line);
    }
    return forms;
  }

  private static void encode(List<byte[]> forms, byte[] value, boolean further) {
    for (int alignment = 0; alignment < 3; alignment++) {
      add(forms, core(value, 6, alignment, BASE64));
      add(forms, core(value, 6, alignment, BASE64_URL));
    }
    if (further) {
      for (int alignment = 0; alignment < 5; alignment++) {
        add(forms, core(value, 5, alignment, BASE32));
      }
      for (String digits : List.of("0123456789abcdef", "0123456789ABCDEF")) {
        byte[] hex = core(value, 4, 0, digits);
        add(forms, hex);
        add(forms, separated(hex, ':'));
        add(forms, separated(hex, ' '));
      }
    }
  }

  /** As it reads where somebody takes what it holds for escapes, which {@link Layers} does. */
  private static byte[] meaning(byte[] value) {
    byte[] out = new byte[value.length];
    int length = new Escapes(value, 0, value.length).decode(out);
    byte[] meaning = Arrays.copyOf(out, length);
    Arrays.fill(out, (byte) 0);
    return meaning;
  }

  /** As a form of HTML writes blanks. */
  private static byte[] withPlus(byte[] value) {
    byte[] form = value.clone();
    for (int i = 0; i < form.length; i++) {
      form[i] = form[i] == ' ' ? (byte) '+' : form[i];
    }
    return form;
  }

  private static byte[] separated(byte[] hex, char by) {
    byte[] out = new byte[hex.length / 2 * 3 - 1];
    Arrays.fill(out, (byte) by);
    for (int i = 0; i < hex.length; i += 2) {
      out[i / 2 * 3] = hex[i];
      out[i / 2 * 3 + 1] = hex[i + 1];
    }
    return out;
  }

  /** As UTF-16. Of ASCII, what both byte orders have in common: a zero between any two bytes. */
  private static List<byte[]> wide(byte[] value) {
    byte[] out = new byte[2 * value.length - 1];
    for (int i = 0; i < value.length; i++) {
      if (value[i] < 0) {
        Arrays.fill(out, (byte) 0);
        return List.of(utf16(value, UTF_16LE), utf16(value, UTF_16BE));
      }
      out[2 * i] = value[i];
    }
    return List.of(out);
  }

  /** Of what is no text, something that turns up nowhere by chance, and does no harm. */
  private static byte[] utf16(byte[] value, Charset charset) {
    CharBuffer text = UTF_8.decode(ByteBuffer.wrap(value));
    ByteBuffer bytes = charset.encode(text);
    byte[] out = new byte[bytes.remaining()];
    bytes.get(out);
    text.clear().put(new char[text.capacity()]);
    bytes.clear().put(new byte[bytes.capacity()]);
    return out;
  }

  /**
   * The lines of a PEM file and its like. A server's log is read line by line, and a tool may cut a
   * key into its lines: each must be found by itself. Other lines, as those of a JSON key file, are
   * ordinary text, which would be masked everywhere.
   */
  private static List<byte[]> armoured(byte[] value) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= value.length; i++) {
      if (i == value.length || value[i] == '\n' || value[i] == '\r') {
        if (i - start >= ARMOURED && i - start < value.length && base64(value, start, i)) {
          lines.add(Arrays.copyOfRange(value, start, i));
        }
        start = i + 1;
      }
    }
    return lines;
  }

  private static boolean base64(byte[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = value[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
      if (!letter && !(b >= '0' && b <= '9') && b != '+' && b != '/' && b != '=') {
        return false;
      }
    }
    return Redactor.distinct(value, from, to) >= ARMOURED / 2;
  }

  private static void add(List<byte[]> forms, byte[] form) {
    for (byte[] known : forms) {
      if (Arrays.equals(known, form)) {
        Arrays.fill(form, (byte) 0);
        return;
      }
    }
    forms.add(form);
  }

  /**
   * The characters that the value alone decides when it stands somewhere inside what is encoded:
   * the ones at its ends share bits with its neighbours.
   *
   * @param bits of a character
   * @param alignment bytes before the value, modulo those of a group
   */
  private static byte[] core(byte[] value, int bits, int alignment, String digits) {
    int from = (8 * alignment + bits - 1) / bits; // ceiling and floor
    int to = 8 * (alignment + value.length) / bits;
    byte[] out = new byte[to - from];
    for (int i = from; i < to; i++) {
      int bit = bits * i - 8 * alignment;
      int at = bit >> 3;
      int two = (value[at] & 0xff) << 8 | (at + 1 < value.length ? value[at + 1] & 0xff : 0);
      out[i - from] = (byte) digits.charAt((two >> (16 - bits - (bit & 7))) & ((1 << bits) - 1));
    }
    return out;
  }
}
