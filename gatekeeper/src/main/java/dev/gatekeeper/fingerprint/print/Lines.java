package dev.gatekeeper.fingerprint.print;

/**
 * Several lines, as they are in whatever they stand: without what comments, diffs, quotations and
 * indentation put before each line, and without blanks and a CR behind it. Of the value and of the
 * text alike, so that a private key is found in a diff, in YAML, and with other line ends.
 */
public final class Lines {
  private Lines() {}

  /** Writes them to {@code out}, which has room for as much. Gives the length. */
  public static int bare(byte[] text, int start, int end, byte[] out) {
    int to = 0;
    int solid = 0;
    boolean lead = true;
    for (int i = start; i < end; i++) {
      byte b = text[i];
      if (b == '\n') {
        to = solid;
        out[to++] = b;
        solid = to;
        lead = true;
      } else if (!lead || !isMark(b)) {
        lead = false;
        out[to++] = b;
        solid = isBlank(b) ? solid : to;
      }
    }
    return solid;
  }

  /** Where the byte at {@code meant} of the bare lines stands in the text. */
  public static int written(byte[] text, int start, int end, int meant) {
    int to = 0;
    int solid = 0;
    int at = start;
    boolean lead = true;
    for (int i = start; i < end && solid <= meant; i++) {
      byte b = text[i];
      if (b == '\n') {
        to = solid;
      } else if (lead && isMark(b)) {
        continue;
      }
      at = to == meant ? i : at;
      to++;
      lead = b == '\n';
      solid = isBlank(b) ? solid : to;
    }
    return at;
  }

  /** Whether a byte may stand in front of a line of something else. */
  public static boolean isMark(byte b) {
    return switch (b) {
      case ' ', '\t', '+', '-', '*', '#', '/', '>', '|' -> true;
      default -> false;
    };
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }
}
