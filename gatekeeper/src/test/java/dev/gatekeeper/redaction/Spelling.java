package dev.gatekeeper.redaction;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** Ways of writing a text inside a JSON string, from a seed. */
final class Spelling {
  private Spelling() {}

  static String random(String text, RandomGenerator random) {
    int style = random.nextInt(4);
    StringBuilder out = new StringBuilder();
    boolean free = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean must = c < 0x20 || c == '"' || c == '\\';
      if (!Character.isLowSurrogate(c)) {
        free = style == 1 || (style == 2 && random.nextInt(3) == 0);
      }
      if (c == '/' && random.nextBoolean()) {
        out.append("\\/");
      } else if (must && c != '\n' && c >= 0x20 && !free) {
        out.append('\\').append(c);
      } else if (c == '\n' && !free) {
        out.append("\\n");
      } else if (must || free) {
        String hex = String.format("%04x", (int) c);
        out.append("\\u").append(random.nextBoolean() ? hex : hex.toUpperCase(Locale.ROOT));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
