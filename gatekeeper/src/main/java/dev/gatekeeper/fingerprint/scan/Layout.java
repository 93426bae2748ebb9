package dev.gatekeeper.fingerprint.scan;

import dev.gatekeeper.fingerprint.print.Lines;
import dev.gatekeeper.json.Octets;
import dev.gatekeeper.redaction.reading.Escapes;
import dev.gatekeeper.redaction.reading.Runs;
import java.util.Optional;

/**
 * What programs put between the parts of something encoded without changing it: the colours of a
 * terminal, and marks before each line of what was folded, as a diff, a comment or a quotation has
 * them. Some marks are digits of base64: they are no part of it where all its lines have them.
 */
final class Layout {
  private static final char ESCAPE = 0x1b;

  /** Longest code of a colour: 38;2;255;255;255 and as much for what is behind. */
  private static final int CODE = 40;

  /** Longest marks: three comments, and the indentation. */
  private static final int MARKS = 64;

  /** Takes what is left of one stretch of a text. */
  interface Left {
    void take(Cut cut);
  }

  private Layout() {}

  /** Without colours; empty where there are none. */
  static Optional<Cut> plain(byte[] text, int start, int end) {
    Cut cut = null;
    int from = start;
    for (int at = start; at < end; at++) {
      at = Octets.either(text, at, end, ESCAPE, ESCAPE);
      int to = at < end ? behindCode(text, at, end) : at;
      if (to > at) {
        cut = cut == null ? new Cut(end - start) : cut;
        cut.keep(text, from, at);
        from = to;
        at = to - 1;
      }
    }
    if (cut != null) {
      cut.keep(text, from, end);
    }
    return Optional.ofNullable(cut);
  }

  /** ESC [ numbers m, or K as git ends a line with. */
  private static int behindCode(byte[] text, int at, int end) {
    int to = at + 2;
    int most = Math.min(end, at + CODE);
    if (to > most || text[at + 1] != '[') {
      return at;
    }
    while (to < most && text[to] >= '0' && text[to] <= ';') {
      to++;
    }
    return to < most && (text[to] == 'm' || text[to] == 'K') ? to + 1 : at;
  }

  /** What was folded, in one line, wherever each line of it has the same marks. */
  static void folded(byte[] text, int start, int end, Left left) {
    for (int at = start; at < end; at++) {
      at = Octets.either(text, at, end, '\n', '\n');
      if (at < end && isMarked(text, at + 1, end) && isLine(text, start, at)) {
        at = block(text, start, end, at, left) - 1;
      }
    }
  }

  /** A mark that is not a blank: behind those alone, a fold is an escape. */
  private static boolean isMarked(byte[] text, int from, int end) {
    int at = from;
    while (at < end && at < from + MARKS && (text[at] == ' ' || text[at] == '\t')) {
      at++;
    }
    return at < end && Lines.isMark(text[at]) && text[at] != ' ' && text[at] != '\t';
  }

  /** Whether a line ends there with so many characters of base64 as are folded. */
  private static boolean isLine(byte[] text, int start, int end) {
    int to = behindText(text, start, end);
    return to - Escapes.FOLDED >= start && Runs.isBase64(text, to - Escapes.FOLDED, to);
  }

  private static int behindText(byte[] text, int start, int end) {
    return end > start && text[end - 1] == '\r' ? end - 1 : end;
  }

  /** The lines from the one that ends there on. Gives the place of the last one's end. */
  private static int block(byte[] text, int start, int end, int first, Left left) {
    int second = first + 1;
    int to = behindText(text, start, first);
    int line = lineStart(text, start, to);
    int marks = shared(text, second, line, marks(text, second, end), to);
    boolean isWhole = marks >= 0 && Runs.isBase64(text, Math.min(to, line + marks), to);
    marks = isWhole ? marks : marks(text, second, end);
    int last = first;
    boolean full = true;
    for (int from = second; full && from < end; from = last + 1) {
      int stop = stop(text, from, end);
      int same = shared(text, second, from, marks, stop);
      if (same < 0) {
        break;
      }
      marks = same;
      last = stop;
      full = isLine(text, from + marks, stop) && isBase64(text, from + marks, stop);
    }
    if (last == first) {
      return second;
    }
    int run = Runs.start(text, start, to);
    // What began before this piece is read from where a group of four does.
    int begin = isWhole ? line + marks : run > start ? run : to - (to - run) / 4 * 4;
    Cut cut = new Cut(last - begin);
    cut.keep(text, begin, to);
    for (int from = second; from < last; ) {
      int stop = stop(text, from, end);
      cut.keep(text, from + marks, behindText(text, from, stop));
      from = stop + 1;
    }
    left.take(cut);
    return last;
  }

  private static boolean isBase64(byte[] text, int from, int stop) {
    return Runs.isBase64(text, from, behindText(text, from, stop));
  }

  private static int lineStart(byte[] text, int start, int to) {
    int line = Runs.start(text, start, to);
    int most = Math.max(start, line - MARKS);
    while (line > most && text[line - 1] != '\n') {
      line--;
    }
    return line;
  }

  /**
   * How many of so many marks another line has, too; -1 where it has others. What it has not may
   * have been the beginning of what is encoded.
   */
  private static int shared(byte[] text, int one, int other, int marks, int end) {
    int same = 0;
    while (same < marks && other + same < end && text[one + same] == text[other + same]) {
      same++;
    }
    return same > 0 && Runs.isBase64(text, one + same, one + marks) ? same : -1;
  }

  private static int marks(byte[] text, int from, int end) {
    int to = from;
    while (to < end && to < from + MARKS && Lines.isMark(text[to])) {
      to++;
    }
    return to - from;
  }

  private static int stop(byte[] text, int from, int end) {
    int at = from;
    while (at < end && text[at] != '\n') {
      at++;
    }
    return at;
  }
}
