package dev.gatekeeper.allowlist.arguments;

/** Names as a reader sees them that ignores letter case. */
final class Folding {
  private Folding() {}

  /**
   * Equal for names that {@link String#equalsIgnoreCase} or a reader that folds each character
   * (Go's {@code encoding/json}) takes for one.
   */
  static String fold(String name) {
    StringBuilder folded = new StringBuilder(name.length());
    name.codePoints()
        .forEach(c -> folded.appendCodePoint(Character.toLowerCase(Character.toUpperCase(c))));
    return folded.toString();
  }
}
