package dev.gatekeeper.catalog;

import java.util.Locale;

/**
 * Text that a server or a list wrote, as a part of ours: on one line, so that it cannot pass for
 * lines of the gatekeeper, and within its share.
 */
public final class ForeignText {
  /** Characters of {@code instructions} that the client shows to the model. */
  public static final int CLIENT_CHARACTERS = 4_096;

  private ForeignText() {}

  /**
   * At most {@code most} characters and an ellipsis. Controls, line ends, invisible and reordering
   * characters and the opening bracket of a tag are escaped.
   */
  public static String shown(String text, int most) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      String next = isPlain(c) ? Character.toString(c) : String.format(Locale.ROOT, "\\u{%x}", c);
      if (shown.length() + next.length() > most) {
        return shown.append('…').toString();
      }
      shown.append(next);
      i += Character.charCount(c);
    }
    return shown.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> c != '<' && !(c >= 0xfe00 && c <= 0xfe0f) && c < 0xe0000; // variation selectors
    };
  }
}
