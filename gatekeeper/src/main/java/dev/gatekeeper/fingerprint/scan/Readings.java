package dev.gatekeeper.fingerprint.scan;

import dev.gatekeeper.fingerprint.print.Print;
import dev.gatekeeper.fingerprint.print.Windows;
import dev.gatekeeper.redaction.reading.Armour;
import dev.gatekeeper.redaction.reading.Escapes;
import dev.gatekeeper.redaction.reading.Runs;
import dev.gatekeeper.redaction.reading.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Searches a text and what it stands for, layer below layer, as redaction does: escapes of JSON,
 * programs, URLs and HTML, base64 and hexadecimal, lines that were folded; and UTF-16, in which
 * every other byte of ASCII is zero. Encodings are read, because of a value there is one
 * fingerprint: one for each encoding would tell more of it than may be told.
 */
final class Readings {
  /** Layers below the text. No layer is longer than the one that it is read from. */
  private static final int DEEPEST = 4;

  /** Longest escape in bytes. */
  private static final int ESCAPE = 16;

  private static final byte[] NONE = {};

  private final Watch watch;
  private final boolean lines;
  private final Armour[] armour = new Armour[DEEPEST];
  private final List<Hit> hits = new ArrayList<>();

  /** The one kind of escapes that is read under way, or any. */
  private Escapes.Kind alone = Escapes.Kind.ANY;

  /** Bytes that were looked at for where the parts with escapes end. */
  private long steps;

  /** Found in some layer; the spans that name it by its number say where that is written. */
  private static final class Hit {
    final Print print;
    String encoding = "";

    Hit(Print print) {
      this.print = print;
    }

    void in(String outer) {
      encoding = encoding.isEmpty() ? outer : encoding + " in " + outer;
    }
  }

  /** What is found. */
  interface Found {
    void at(Print print, String encoding, int start, int end);
  }

  Readings(Watch watch) {
    this.watch = watch;
    this.lines = watch.hasLines();
    for (int i = 0; i < DEEPEST; i++) {
      armour[i] = new Armour(Windows.BYTES);
    }
  }

  long steps() {
    return steps;
  }

  /** Finds every value in a text. */
  void search(byte[] text, int start, int end, Found found) {
    hits.clear();
    List<Span> spans = new ArrayList<>(0);
    layer(text, start, end, 0, spans);
    spans.sort(Comparator.comparingInt(Span::start));
    for (Span span : spans) {
      for (String number : span.references()) {
        Hit hit = hits.get(Integer.parseInt(number));
        String encoding = hit.encoding.isEmpty() ? "plain" : hit.encoding;
        found.at(hit.print, encoding, span.start(), span.end());
      }
    }
  }

  private List<Span> joined(byte[] text, int start, int end, int depth) {
    List<Span> found = new ArrayList<>(0);
    layer(text, start, end, depth, found);
    return found.isEmpty() ? List.of() : Span.join(found);
  }

  private void layer(byte[] text, int start, int end, int depth, List<Span> found) {
    watch.search(
        text,
        start,
        end,
        (print, from, to) -> {
          hits.add(new Hit(print));
          found.add(new Span(from, to, Set.of(Integer.toString(hits.size() - 1))));
        });
    if (depth == DEEPEST || end - start < Windows.BYTES) {
      return;
    }
    int fold = end;
    int run = Runs.first(text, start, end);
    if (run < end) {
      List<Span> encoded = new ArrayList<>(0);
      fold =
          armour[depth].read(
              text, run, end, (decoded, from, to) -> joined(decoded, from, to, depth + 1), encoded);
      encoded.forEach(span -> nameEncoding(text, span));
      found.addAll(encoded);
    }
    if (fold < end || Escapes.trigger(text, start, end) < end) {
      escapes(text, start, end, fold, depth, found);
    }
    Wide wide = new Wide((meant, length, encoding) -> below(meant, length, depth, encoding), found);
    wide.plain(text, start, end);
    wide.encoded(text, run, end);
    wide.divided(text, start, end);
    Layout.plain(text, start, end).ifPresent(cut -> cut(cut, "colours", depth, found));
    Layout.folded(text, start, end, cut -> cut(cut, "marked lines", depth, found));
  }

  private void cut(Cut cut, String encoding, int depth, List<Span> found) {
    found.addAll(cut.written(below(cut.bytes(), cut.length(), depth, encoding)));
  }

  /** What is found in what a part of a text stands for. */
  private List<Span> below(byte[] meant, int length, int depth, String encoding) {
    int known = hits.size();
    List<Span> spans = joined(meant, 0, length, depth + 1);
    hits.subList(known, hits.size()).forEach(hit -> hit.in(encoding));
    return spans;
  }

  private void nameEncoding(byte[] text, Span span) {
    boolean hex = true;
    for (int i = span.start(); i < span.end(); i++) {
      hex &= Armour.hex(text[i]) >= 0;
    }
    for (String number : span.references()) {
      hits.get(Integer.parseInt(number)).in(hex ? "hex" : "base64");
    }
  }

  /**
   * Reads the parts of a text that may be a value with an escape in it: what is around escapes, as
   * far as no blank is there, or, where values have blanks, as far as a value reaches.
   */
  private void escapes(byte[] text, int start, int end, int fold, int depth, List<Span> found) {
    Escapes all = new Escapes(text, start, end, fold);
    int gap = watch.gap() + ESCAPE;
    int next = all.plain(start);
    int to = start;
    while (next < end) {
      int from = back(text, Math.max(start, next - gap), next);
      do {
        int last = all.read(next);
        next = all.plain(last);
        // Each byte is looked at once: up to there no blank is.
        to = ahead(text, Math.max(last, to), Math.min(end, last + gap));
      } while (next < end && back(text, Math.max(to, next - gap), next) <= to);
      // A run of base64 is read from its start on, since each four characters are three bytes.
      from = Runs.start(text, start, from);
      int behind = Runs.stop(text, to, end);
      if (behind - from >= Windows.BYTES) {
        part(text, from, behind, depth, found);
      }
    }
  }

  private int back(byte[] text, int least, int from) {
    int at = from;
    while (!lines && at > least && (text[at - 1] & 0xff) > ' ') {
      at--;
    }
    steps += from - at;
    return lines ? least : at;
  }

  private int ahead(byte[] text, int from, int most) {
    int at = from;
    while (!lines && at < most && (text[at] & 0xff) > ' ') {
      at++;
    }
    steps += at - from;
    return lines ? Math.max(from, most) : at;
  }

  /**
   * With all escapes read, and again with those of one kind alone, since a value may look like
   * those of another kind. Below such a reading no other kind is read alone.
   */
  private void part(byte[] text, int start, int end, int depth, List<Span> found) {
    byte[] all = part(text, start, end, Escapes.Kind.ANY, NONE, depth, found);
    Escapes.Kind above = alone;
    for (Escapes.Kind kind : Escapes.Kind.values()) {
      if (kind != Escapes.Kind.ANY && (above == Escapes.Kind.ANY || above == kind)) {
        alone = kind;
        byte[] _ = part(text, start, end, kind, all, depth, found);
        alone = above;
      }
    }
  }

  /** Gives what it stands for. Where that is known nothing is to be found any more. */
  private byte[] part(
      byte[] text,
      int start,
      int end,
      Escapes.Kind kind,
      byte[] known,
      int depth,
      List<Span> found) {
    Escapes escapes = new Escapes(text, start, end, kind);
    byte[] decoded = new byte[end - start];
    int length = escapes.decode(decoded);
    byte[] exact = Arrays.copyOf(decoded, length);
    if (exact.length < end - start && !Arrays.equals(exact, known)) {
      List<Span> spans = below(exact, exact.length, depth, "escapes");
      if (!spans.isEmpty()) {
        found.addAll(escapes.written(spans));
      }
    }
    return exact;
  }
}
