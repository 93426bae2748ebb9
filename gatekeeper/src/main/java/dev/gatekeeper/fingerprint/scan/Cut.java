package dev.gatekeeper.fingerprint.scan;

import dev.gatekeeper.redaction.reading.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A text without some stretches of it, which knows where what is left stands. */
final class Cut {
  private final byte[] bytes;
  private int length;

  /** Where each piece begins: of what is left, and in the text. */
  private int[] meant = new int[16];

  private int[] written = new int[16];
  private int pieces;

  /**
   * @param most bytes that may be left
   */
  Cut(int most) {
    bytes = new byte[most];
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void keep(byte[] text, int from, int to) {
    if (to <= from) {
      return;
    }
    if (pieces == meant.length) {
      meant = Arrays.copyOf(meant, 2 * pieces);
      written = Arrays.copyOf(written, 2 * pieces);
    }
    meant[pieces] = length;
    written[pieces++] = from;
    System.arraycopy(text, from, bytes, length, to - from);
    length += to - from;
  }

  /** Where spans of what is left stand in the text. */
  List<Span> written(List<Span> spans) {
    List<Span> found = new ArrayList<>();
    for (Span span : spans) {
      found.add(new Span(written(span.start()), written(span.end() - 1) + 1, span.references()));
    }
    return found;
  }

  private int written(int at) {
    int piece = Arrays.binarySearch(meant, 0, pieces, at);
    piece = piece < 0 ? -piece - 2 : piece;
    return written[piece] + at - meant[piece];
  }
}
