package dev.gatekeeper.wire;

/** Text that somebody else wrote, for a person to look at. */
public final class Printable {
  private Printable() {}

  /**
   * {@code text} with everything that could steer a terminal or disguise itself (control and format
   * characters, line breaks, unpaired surrogates) written as {@code \}{@code uXXXX}.
   */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              switch (Character.getType(point)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    shown.append(
                        Character.isBmpCodePoint(point)
                            ? "\\u%04x".formatted(point)
                            : "\\U%08x".formatted(point));
                default -> shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }
}
