package dev.gatekeeper.redaction;

import dev.gatekeeper.json.Octets;
import dev.gatekeeper.redaction.reading.Armour;
import dev.gatekeeper.redaction.reading.Escapes;
import dev.gatekeeper.redaction.reading.JsonText;
import dev.gatekeeper.redaction.reading.Runs;
import dev.gatekeeper.redaction.reading.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Searches a text and what it means, layer below layer: the content of a JSON string, what its
 * escapes stand for, and what runs of base64 and hexadecimal in that stand for. Tools put JSON into
 * text blocks, URLs into JSON, and files into base64.
 *
 * <p>The work is linear in the length, whatever the text: {@link #ESCAPED} and {@link #ENCODED}
 * bound how deep it goes, and a layer is never longer than the one that it is read from. A text
 * without an escape or a long run is one layer, and is searched where it stands.
 */
final class Layers {
  /** Escapes in escapes, below the message's own strings. */
  static final int ESCAPED = 4;

  /** Encodings in encodings. */
  static final int ENCODED = 2;

  /** JSON in strings of JSON, below the message's own, whatever else the values look like. */
  static final int JSON = 2;

  private static final int EXACT = 1 + ESCAPED * (1 + ENCODED);

  /** Longest escape in bytes, which may be the last layer of one that is read before. */
  private static final int ESCAPE = 16;

  private final Index index;
  private final List<Span> hits = new ArrayList<>();

  /** One for the message's own strings, for each depth of escapes, for each of exact JSON. */
  private final byte[][] scratch = new byte[EXACT + JSON][0];

  /** One for each depth of encodings. */
  private final Armour[] armour = new Armour[ENCODED];

  Layers(Index index) {
    this.index = index;
    Arrays.setAll(armour, depth -> new Armour(index.window()));
  }

  /** What to mask in a text that stands for itself. */
  List<Span> text(byte[] text, int start, int end) {
    return index.isEmpty() ? List.of() : joined(text, start, end, 0, 0);
  }

  /** What to mask in the content of a JSON string with escapes, in terms of what is written. */
  List<Span> string(byte[] json, int start, int end) {
    JsonText meaning = new JsonText(json, start, end);
    byte[] decoded = scratch(0, end - start);
    List<Span> spans = joined(decoded, 0, meaning.decode(decoded), 0, 0);
    return spans.isEmpty() ? spans : meaning.written(spans);
  }

  private List<Span> joined(byte[] text, int start, int end, int escaped, int encoded) {
    List<Span> found = hits;
    if (escaped > 0 || encoded > 0) {
      found = new ArrayList<>(0);
    } else {
      hits.clear();
    }
    search(text, start, end, escaped, encoded, found);
    return found.isEmpty() ? List.of() : Span.join(found);
  }

  private void search(byte[] text, int start, int end, int escaped, int encoded, List<Span> found) {
    if (end - start < index.window()) {
      return;
    }
    index.search(text, start, end, found);
    int fold = end;
    int run = Runs.first(text, start, end);
    if (run < end && encoded < ENCODED) {
      Armour.Within within = (decoded, from, to) -> joined(decoded, from, to, escaped, encoded + 1);
      fold = armour[encoded].read(text, run, end, within, found);
    } else if (run < end) {
      fold = Escapes.fold(text, start, start, end);
    }
    if (escaped < ESCAPED && (fold < end || Escapes.trigger(text, start, end) < end)) {
      escapes(text, start, end, fold, escaped, encoded, found);
    }
  }

  /** Reads the parts of a text that lie within reach of an escape: in others nothing is new. */
  private void escapes(
      byte[] text, int start, int end, int fold, int escaped, int encoded, List<Span> found) {
    Escapes all = new Escapes(text, start, end, fold);
    int reach = index.longest() + ESCAPE;
    int next = all.plain(start);
    while (next < end) {
      int from = Math.max(start, Math.min(next - reach, Runs.start(text, start, next)));
      int last;
      do {
        last = all.read(next);
        next = all.plain(last);
      } while (next < end && (next - last < 2 * reach || Runs.isBase64(text, last, next)));
      int to = Math.min(end, Math.max(last + reach, Runs.stop(text, last, end)));
      part(text, from, to, escaped, encoded, found);
    }
  }

  private void part(byte[] text, int start, int end, int escaped, int encoded, List<Span> found) {
    Escapes escapes = new Escapes(text, start, end);
    byte[] decoded = scratch(1 + encoded * ESCAPED + escaped, end - start);
    int length = escapes.decode(decoded);
    List<Span> spans = joined(decoded, 0, length, escaped + 1, encoded);
    if (!spans.isEmpty()) {
      found.addAll(escapes.written(spans));
    }
    if (escaped < JSON && index.hasEscapes()) {
      json(text, start, end, decoded, length, escaped, found);
    }
  }

  /**
   * Once more, as JSON and nothing else: a value with a percent sign or an ampersand in it may
   * stand beside its own escapes. Nothing to do where that gives the same.
   */
  private void json(
      byte[] text, int start, int end, byte[] other, int length, int depth, List<Span> found) {
    if (Octets.either(text, start, end, '\\', '\\') == end) {
      return;
    }
    JsonText meaning = new JsonText(text, start, end);
    byte[] decoded = scratch(EXACT + depth, end - start);
    int exact = meaning.decode(decoded);
    if (Arrays.equals(decoded, 0, exact, other, 0, length)) {
      return;
    }
    List<Span> spans = index.search(decoded, 0, exact);
    if (depth + 1 < JSON) {
      byte[] none = {};
      json(decoded, 0, exact, none, 0, depth + 1, spans);
    }
    if (!spans.isEmpty()) {
      found.addAll(meaning.written(Span.join(spans)));
    }
  }

  /**
   * How many bytes at the end of a text may be the start of something to mask.
   *
   * @param half only starts of half a form or more count, and unfinished escapes do not
   */
  int begun(byte[] text, int start, int end, boolean half) {
    if (index.isEmpty()) {
      return 0;
    }
    int cut = cut(text, start, end, half, 0);
    return end - (cut == end ? end : border(text, end, cut));
  }

  /** The start of the escape that {@code at} is inside of, or {@code at}. */
  static int border(byte[] text, int end, int at) {
    return new Escapes(text, 0, end).border(at);
  }

  private int cut(byte[] text, int start, int end, boolean half, int escaped) {
    int cut = end - index.begun(text, start, end, half);
    Escapes escapes = new Escapes(text, start, end);
    int whole = escapes.unfinished();
    if (!half) {
      cut = Math.min(cut, whole);
    }
    Escapes meaning = new Escapes(text, start, whole);
    if (escaped < ESCAPED && meaning.plain(start) < whole) {
      byte[] decoded = scratch(1 + escaped, whole - start);
      int length = meaning.decode(decoded);
      int below = cut(decoded, 0, length, half, escaped + 1);
      if (below < length) {
        cut = Math.min(cut, meaning.written(below));
      }
    } else if (whole < end) {
      int below = cut(text, start, whole, half, escaped + 1);
      // What has begun before an unfinished escape may go on in it.
      cut = below < whole ? Math.min(cut, below) : cut;
    }
    return cut;
  }

  private byte[] scratch(int which, int length) {
    if (scratch[which].length < length) {
      scratch[which] = new byte[Math.max(length, 2 * scratch[which].length)];
    }
    return scratch[which];
  }
}
