package dev.gatekeeper.allowlist.smell;

import java.util.ArrayList;
import java.util.List;

/** Characters that a person does not see, or does not see where they are. */
final class Characters {
  /** Long texts of ordinary servers end here; a longer one hides what stands at its end. */
  private static final int LONG = 4_000;

  /** Hidden characters of one run that are told. */
  private static final int MAX_TOLD = 60;

  private static final int TAGS = 0xe0000;
  private static final int TAGS_END = 0xe007f;

  private Characters() {}

  static List<Smell> smells(String pointer, String text) {
    List<Smell> found = new ArrayList<>();
    int end;
    for (int i = 0; i < text.length(); i = end) {
      String what = what(text, i);
      end = i + Character.charCount(text.codePointAt(i));
      if (!what.isEmpty()) {
        while (end < text.length() && what(text, end).equals(what)) {
          end += Character.charCount(text.codePointAt(end));
        }
        found.add(new Smell(pointer, i, what, excerpt(text.substring(i, end))));
      }
    }
    if (text.length() > LONG) {
      found.add(new Smell(pointer, LONG, "goes on beyond " + LONG + " characters", ""));
    }
    return found;
  }

  /** Empty for what may stand in a text. */
  private static String what(String text, int index) {
    int c = text.codePointAt(index);
    if (c >= TAGS && c <= TAGS_END) {
      return "hidden text in tag characters";
    }
    if (c == 0x1b || c == 0x9b) {
      return "a terminal sequence";
    }
    boolean reorders = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x61c;
    if (reorders) {
      return "a character that turns the direction of the line";
    }
    if ((c >= 0xfe00 && c <= 0xfe0e) || (c >= 0xe0100 && c <= 0xe01ef)) {
      return "variation selectors, which can hide text";
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c == '\n' || c == '\t' || c == '\r' ? "" : "a control character";
      case Character.FORMAT -> joinsEmoji(text, index, c) ? "" : "an invisible character";
      case Character.PRIVATE_USE, Character.UNASSIGNED, Character.SURROGATE ->
          "a character without a meaning";
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> "an unusual line end";
      default -> "";
    };
  }

  /** A zero-width joiner between pictures makes one picture of them. */
  private static boolean joinsEmoji(String text, int index, int c) {
    return c == 0x200d
        && index > 1
        && index + 1 < text.length()
        && Character.isEmoji(text.codePointAt(index + 1));
  }

  /** Tag characters stand for ASCII: what they say is the excerpt. */
  private static String excerpt(String run) {
    StringBuilder excerpt = new StringBuilder();
    run.codePoints()
        .limit(MAX_TOLD)
        .forEach(c -> excerpt.appendCodePoint(c > TAGS + 0x1f && c < TAGS_END ? c - TAGS : c));
    return excerpt.toString();
  }
}
