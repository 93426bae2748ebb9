package dev.gatekeeper.proxy.approval;

/** JSON on lines, for a person to read. */
final class PrettyJson {
  private PrettyJson() {}

  /** {@code canonical} with a line for each member and element; nothing else is changed. */
  static String of(String canonical) {
    StringBuilder out = new StringBuilder(canonical.length() * 2);
    int depth = 0;
    boolean text = false;
    for (int i = 0; i < canonical.length(); i++) {
      char c = canonical.charAt(i);
      if (text || c == '"') {
        out.append(c);
        if (text && c == '\\') {
          out.append(canonical.charAt(++i));
        } else if (c == '"') {
          text = !text;
        }
        continue;
      }
      switch (c) {
        case '{', '[' -> {
          out.append(c);
          boolean empty = "}]".indexOf(canonical.charAt(i + 1)) >= 0;
          if (empty) {
            out.append(canonical.charAt(++i));
          } else {
            line(out, ++depth);
          }
        }
        case '}', ']' -> {
          line(out, --depth);
          out.append(c);
        }
        case ',' -> {
          out.append(c);
          line(out, depth);
        }
        case ':' -> out.append(": ");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, int depth) {
    out.append('\n').append("  ".repeat(Math.max(0, depth)));
  }
}
