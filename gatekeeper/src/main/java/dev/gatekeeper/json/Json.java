package dev.gatekeeper.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** JSON that this program writes itself. */
public final class Json {
  private static final String HEX = "0123456789abcdef";

  private Json() {}

  /**
   * A JSON string. Quotes, backslashes, controls, U+2028, U+2029 and lone surrogates are escaped,
   * so that the result is one line to every reader, and valid UTF-8.
   */
  public static byte[] quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          boolean pair =
              Character.isHighSurrogate(c)
                  && i + 1 < text.length()
                  && Character.isLowSurrogate(text.charAt(i + 1));
          if (pair) {
            out.append(c).append(text.charAt(++i));
          } else if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029 || isSurrogate(c)) {
            out.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
              out.append(HEX.charAt(c >> shift & 0xf));
            }
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isSurrogate(char c) {
    return Character.isSurrogate(c);
  }

  /** An object to be filled. */
  public static JsonWriter object() {
    return new JsonWriter(new ByteArrayOutputStream(256));
  }
}
