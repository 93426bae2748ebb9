package dev.gatekeeper.redaction;

import dev.gatekeeper.json.Json;
import dev.gatekeeper.json.MalformedException;
import dev.gatekeeper.json.Octets;
import dev.gatekeeper.json.Slice;
import dev.gatekeeper.redaction.reading.Span;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks through one JSON value: every string, the names of members too, as the text that it means,
 * and every number as it is written. A string without an escape is searched where it stands.
 */
final class JsonMask {
  /** A place to be masked. */
  private sealed interface Edit {
    Span span();

    /** Part of a string. */
    record Text(Span span) implements Edit {}

    /** Part of a number, which becomes a string; quotes where they are needed. */
    record Digits(Span span, int quoteFrom, int quoteTo) implements Edit {}

    /** A whole string that is a file as base64: stays base64, of what was masked in the file. */
    record Blob(Span span, String masked) implements Edit {}
  }

  private static final int NONE = -1;

  /**
   * Longer ones are no number that a program prints with an exponent; they are searched as text.
   */
  private static final int LONGEST_EXPONENT_NUMBER = 64;

  /** A bound on what an exponent may unfold to; no double has more digits before its point. */
  private static final int MOST_DIGITS = 400;

  private final Index index;
  private final Layers layers;
  private final byte[] json;
  private final int start;
  private final int end;
  private final List<Edit> edits = new ArrayList<>();
  private final List<Span> found = new ArrayList<>();
  private boolean names;

  JsonMask(Index index, Slice whole) {
    this.index = index;
    this.layers = new Layers(index);
    this.json = whole.array();
    this.start = whole.start();
    this.end = whole.end();
  }

  Optional<Redacted> mask() {
    search();
    if (edits.isEmpty()) {
      return Optional.empty();
    }
    Set<String> references = new LinkedHashSet<>();
    boolean reshapes = names;
    for (Edit edit : edits) {
      references.addAll(edit.span().references());
      reshapes |= edit instanceof Edit.Digits;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(end - start + 64 * edits.size());
    int from = start;
    for (Edit edit : edits) {
      switch (edit) {
        case Edit.Text(Span span) -> from = put(out, from, span, span.label());
        case Edit.Blob(Span span, String masked) -> from = put(out, from, span, masked);
        case Edit.Digits(Span span, int quoteFrom, int quoteTo) -> {
          if (quoteFrom != NONE) {
            out.write(json, from, quoteFrom - from);
            from = quoteFrom;
            out.write('"');
          }
          from = put(out, from, span, span.label());
          if (quoteTo != NONE) {
            out.write(json, from, quoteTo - from);
            from = quoteTo;
            out.write('"');
          }
        }
      }
    }
    out.write(json, from, end - from);
    try {
      byte[] masked = out.toByteArray();
      boolean merges = names && hasNameTwice(masked);
      return Optional.of(
          new Redacted(Slice.of(masked), edits.size(), references, merges, reshapes));
    } catch (MalformedException e) {
      throw new AssertionError("masking keeps valid JSON valid", e);
    }
  }

  /** The values that stand in the message. */
  Set<String> references() {
    search();
    Set<String> references = new LinkedHashSet<>();
    edits.forEach(edit -> references.addAll(edit.span().references()));
    return references;
  }

  private int put(ByteArrayOutputStream out, int from, Span span, String text) {
    out.write(json, from, span.start() - from);
    byte[] quoted = Json.quote(text);
    out.write(quoted, 1, quoted.length - 2);
    return span.end();
  }

  /** Looked for only where a name was masked. */
  private static boolean hasNameTwice(byte[] json) throws MalformedException {
    Deque<Set<String>> open = new ArrayDeque<>();
    for (int i = 0; i < json.length; i++) {
      switch (json[i]) {
        case '{', '[' -> open.push(new HashSet<>());
        case '}', ']' -> open.pop();
        case '"' -> {
          int from = i;
          i = endOfString(json, i + 1, json.length);
          if (isName(json, i, json.length)
              && !open.getFirst().add(Slice.of(Arrays.copyOfRange(json, from, i + 1)).string())) {
            return true;
          }
        }
        default -> {}
      }
    }
    return false;
  }

  private static int endOfString(byte[] json, int from, int end) {
    int i = Octets.either(json, from, end, '"', '"');
    while (isEscaped(json, i)) {
      i = Octets.either(json, i + 1, end, '"', '"');
    }
    return i;
  }

  private static boolean isEscaped(byte[] json, int quote) {
    int from = quote;
    while (json[from - 1] == '\\') {
      from--;
    }
    return (quote - from & 1) != 0;
  }

  /** Whether the string that ends there is the name of a member. */
  private static boolean isName(byte[] json, int quote, int end) {
    int i = quote + 1;
    while (i < end && json[i] <= ' ' && json[i] >= 0) {
      i++;
    }
    return i < end && json[i] == ':';
  }

  private void search() {
    for (int i = start; i < end; ) {
      byte b = json[i];
      if (b == '"') {
        i = string(i + 1);
      } else if (b == '-' || (b >= '0' && b <= '9')) {
        i = number(i);
      } else {
        i++;
      }
    }
  }

  private int string(int from) {
    int plain = Octets.either(json, from, end, '"', '\\');
    int i = json[plain] == '"' ? plain : endOfString(json, plain, end);
    if (i - from >= index.window()) {
      List<Span> spans = plain == i ? layers.text(json, from, i) : layers.string(json, from, i);
      if (!spans.isEmpty()) {
        boolean name = isName(json, i, end);
        names |= name;
        int stop = i;
        Optional<Edit> blob = name ? Optional.empty() : blob(from, i);
        blob.ifPresentOrElse(
            edits::add,
            () -> whole(spans, from, stop).forEach(span -> edits.add(new Edit.Text(span))));
      }
    }
    return i + 1;
  }

  /** A resource or an image, whose reader decodes it: a label in it would be no base64. */
  private Optional<Edit> blob(int from, int to) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(Arrays.copyOfRange(json, from, to));
    } catch (IllegalArgumentException noBase64) {
      return Optional.empty();
    }
    List<Span> spans = new Layers(index).text(bytes, 0, bytes.length);
    if ((to - from) % 4 != 0 || spans.isEmpty()) {
      return Optional.empty();
    }
    Set<String> references = new LinkedHashSet<>();
    spans.forEach(span -> references.addAll(span.references()));
    String masked = Base64.getEncoder().encodeToString(Span.masked(bytes, spans));
    return Optional.of(new Edit.Blob(new Span(from, to, references), masked));
  }

  /** Widened to whole characters: a value need not be text, but the message has to stay it. */
  private List<Span> whole(List<Span> spans, int from, int to) {
    List<Span> widened = new ArrayList<>();
    for (Span span : spans) {
      int start = span.start();
      int stop = span.end();
      while (start > from && (json[start] & 0xc0) == 0x80) {
        start--;
      }
      while (stop < to && (json[stop] & 0xc0) == 0x80) {
        stop++;
      }
      widened.add(new Span(start, stop, span.references()));
    }
    return Span.join(widened);
  }

  private int number(int from) {
    int i = from;
    boolean exponent = false;
    while (i < end && (json[i] == '-' || json[i] == '+' || json[i] == '.' || digit(json[i]))) {
      exponent |= json[i] == 'e' || json[i] == 'E';
      i++;
    }
    if (i - from >= index.window()) {
      index.search(json, from, i, found);
      List<Span> spans = Span.join(found);
      for (Span span : spans) {
        boolean first = span.equals(spans.getFirst());
        boolean last = span.equals(spans.getLast());
        edits.add(new Edit.Digits(span, first ? from : NONE, last ? i : NONE));
      }
      exponent &= spans.isEmpty();
      found.clear();
    }
    if (exponent && i - from <= LONGEST_EXPONENT_NUMBER) {
      unfold(from, i);
    }
    return i;
  }

  /** A number such as 1.2345678E7, as Java prints 12345678. Masked as a whole. */
  private void unfold(int from, int to) {
    BigDecimal number;
    try {
      number = new BigDecimal(new String(json, from, to - from, StandardCharsets.US_ASCII));
    } catch (NumberFormatException beyondAnyExponent) {
      return;
    }
    if (Math.abs((long) number.scale()) > MOST_DIGITS) {
      return;
    }
    byte[] digits = number.toPlainString().getBytes(StandardCharsets.US_ASCII);
    index.search(digits, 0, digits.length, found);
    Set<String> references = new LinkedHashSet<>();
    Span.join(found).forEach(span -> references.addAll(span.references()));
    if (!references.isEmpty()) {
      edits.add(new Edit.Digits(new Span(from, to, references), from, to));
    }
    found.clear();
  }

  private static boolean digit(byte b) {
    return (b >= '0' && b <= '9') || b == 'e' || b == 'E';
  }
}
