package dev.gatekeeper.redaction;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The ways in which a value may be written. Each is a plain sequence of bytes to look for in
 * decoded text; a further encoding is a further line in {@link #of}.
 */
final class Forms {
  /** Shortest line of armour in bytes that is looked for by itself: no word is that long. */
  private static final int ARMOURED = 24;

  private Forms() {}

  /** Every form, the value itself first, without repetition. The caller wipes them. */
  static List<byte[]> of(byte[] value) {
    List<byte[]> forms = new ArrayList<>();
    add(forms, value.clone());
    add(forms, escaped(value, false));
    add(forms, escaped(value, true));
    for (int alignment = 0; alignment < 3; alignment++) {
      add(forms, base64(value, alignment, Base64.getEncoder()));
      add(forms, base64(value, alignment, Base64.getUrlEncoder()));
    }
    for (byte[] line : armoured(value)) {
      add(forms, line);
    }
    return forms;
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
        return;
      }
    }
    forms.add(form);
  }

  /**
   * As a JSON string inside a text, for tools that put JSON into a text block and for log lines.
   * The message's own escapes are decoded before anything is looked for.
   */
  private static byte[] escaped(byte[] value, boolean slash) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length * 2);
    for (byte b : value) {
      switch (b) {
        case '"', '\\' -> {
          out.write('\\');
          out.write(b);
        }
        case '/' -> {
          if (slash) {
            out.write('\\');
          }
          out.write('/');
        }
        case '\n' -> out.writeBytes(new byte[] {'\\', 'n'});
        case '\r' -> out.writeBytes(new byte[] {'\\', 'r'});
        case '\t' -> out.writeBytes(new byte[] {'\\', 't'});
        default -> out.write(b);
      }
    }
    return out.toByteArray();
  }

  /**
   * The characters that the value alone decides when it stands somewhere inside what is encoded:
   * the ones at its ends share bits with its neighbours.
   *
   * @param alignment bytes before the value, modulo 3
   */
  private static byte[] base64(byte[] value, int alignment, Base64.Encoder encoder) {
    byte[] shifted = new byte[alignment + value.length];
    System.arraycopy(value, 0, shifted, alignment, value.length);
    byte[] encoded = encoder.encode(shifted);
    // Ceiling and floor of bits over six.
    byte[] core = Arrays.copyOfRange(encoded, (8 * alignment + 5) / 6, 8 * shifted.length / 6);
    Arrays.fill(shifted, (byte) 0);
    Arrays.fill(encoded, (byte) 0);
    return core;
  }
}
