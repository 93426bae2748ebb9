package dev.gatekeeper.redaction;

import dev.gatekeeper.wire.Octets;
import java.util.ArrayList;
import java.util.List;

/**
 * Searches a text and what it means when it is read as the content of JSON strings, layer below
 * layer: tools put JSON into text blocks, and that may hold JSON again, escaped by whatever wrote
 * it. A text without a backslash is one layer, and is searched where it stands.
 */
final class Layers {
  /** The message's own strings, JSON in a text block, and JSON in a string of that. */
  static final int DEEPEST = 3;

  private final Index index;
  private final byte[][] scratch = new byte[DEEPEST][0];

  Layers(Index index) {
    this.index = index;
  }

  /** What to mask in a text that stands for itself. */
  List<Span> text(byte[] text, int start, int end) {
    return search(text, start, end, 1);
  }

  /** What to mask in the content of a JSON string, in terms of what is written. */
  List<Span> string(byte[] json, int start, int end) {
    if (Octets.either(json, start, end, '\\', '\\') == end) {
      return search(json, start, end, DEEPEST);
    }
    List<Span> found = new ArrayList<>();
    below(json, start, end, 0, found);
    return found.isEmpty() ? List.of() : Span.join(found);
  }

  private List<Span> search(byte[] text, int start, int end, int depth) {
    if (end - start < index.window()) {
      return List.of();
    }
    List<Span> found = new ArrayList<>();
    index.search(text, start, end, found);
    if (depth < DEEPEST && Octets.either(text, start, end, '\\', '\\') < end) {
      below(text, start, end, depth, found);
    }
    return Span.join(found);
  }

  private void below(byte[] text, int start, int end, int depth, List<Span> found) {
    if (scratch[depth].length < end - start) {
      scratch[depth] = new byte[Math.max(end - start, 2 * scratch[depth].length)];
    }
    JsonText meaning = new JsonText(text, start, end);
    int length = meaning.decode(scratch[depth]);
    List<Span> spans = search(scratch[depth], 0, length, depth + 1);
    found.addAll(meaning.written(spans));
  }
}
