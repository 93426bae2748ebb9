package dev.gatekeeper.allowlist.smell;

import java.text.Normalizer;

/**
 * A text as the eye reads it: without characters that nobody sees, letters of other alphabets of
 * Unicode's compatibility forms as plain ones. It remembers where each character stood.
 */
final class Plain {
  private final String text;
  private final int[] origin;

  private Plain(String text, int[] origin) {
    this.text = text;
    this.origin = origin;
  }

  static Plain of(String source) {
    StringBuilder text = new StringBuilder(source.length());
    int[] origin = new int[source.length() + 1];
    for (int i = 0; i < source.length(); ) {
      int c = source.codePointAt(i);
      if (!isHidden(c)) {
        origin[text.length()] = i;
        text.append(folded(c));
      }
      i += Character.charCount(c);
    }
    origin[text.length()] = source.length();
    return new Plain(text.toString(), origin);
  }

  String text() {
    return text;
  }

  /** Where the character at {@code index} stood in the source. */
  int origin(int index) {
    return origin[index];
  }

  private static boolean isHidden(int c) {
    return Character.getType(c) == Character.FORMAT || (c >= 0xfe00 && c <= 0xfe0f);
  }

  /** One UTF-16 unit, so that places stay in step. */
  private static char folded(int c) {
    if (c < 0x80) {
      return (char) c;
    }
    String folded = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC);
    return folded.length() == 1 ? folded.charAt(0) : '\ufffd';
  }
}
