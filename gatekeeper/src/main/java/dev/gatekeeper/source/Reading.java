package dev.gatekeeper.source;

import java.util.Arrays;

/** How the value stands in what a tool prints. */
enum Reading {
  /** All of it, to the byte. */
  WHOLE,
  /** All of it but for one line end, which the tool adds. */
  LINE,
  /** A single line without its line end; several lines, such as a key in PEM, as they are. */
  TEXT,
  /** Up to the first line end; what follows are a person's notes. */
  FIRST_LINE;

  /** A new array, for the caller to wipe. */
  byte[] of(byte[] output) {
    return Arrays.copyOf(
        output,
        switch (this) {
          case WHOLE -> output.length;
          case LINE -> withoutLineEnd(output, output.length);
          case TEXT ->
              firstLineEnd(output) < output.length - 1
                  ? output.length
                  : withoutLineEnd(output, output.length);
          case FIRST_LINE ->
              withoutLineEnd(output, Math.min(firstLineEnd(output) + 1, output.length));
        });
  }

  private static int firstLineEnd(byte[] output) {
    for (int i = 0; i < output.length; i++) {
      if (output[i] == '\n') {
        return i;
      }
    }
    return output.length;
  }

  /** LF or CRLF. */
  private static int withoutLineEnd(byte[] output, int end) {
    if (end == 0 || output[end - 1] != '\n') {
      return end;
    }
    return end > 1 && output[end - 2] == '\r' ? end - 2 : end - 1;
  }
}
