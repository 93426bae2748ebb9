package dev.gatekeeper.redaction.reading;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A stretch of bytes to be masked: one occurrence of a form, or several that overlap. */
public record Span(int start, int end, Set<String> references) {
  /**
   * Joins spans that overlap, so that no part of any value is left. The labels are those of the
   * spans that reach further than the ones before them, leftmost first, then longest, then by name:
   * the same input gives the same output.
   */
  public static List<Span> join(List<Span> found) {
    if (found.isEmpty()) {
      return List.of();
    }
    List<Span> sorted = new ArrayList<>(found);
    sorted.sort(
        Comparator.comparingInt(Span::start)
            .thenComparing(Comparator.comparingInt(Span::end).reversed())
            .thenComparing(Span::label));
    List<Span> joined = new ArrayList<>();
    int start = sorted.getFirst().start;
    int end = start;
    Set<String> references = new LinkedHashSet<>();
    for (Span span : sorted) {
      if (span.start >= end && end > start) {
        joined.add(new Span(start, end, references));
        references = new LinkedHashSet<>();
        start = span.start;
        end = start;
      }
      if (span.end > end) {
        references.addAll(span.references);
        end = span.end;
      }
    }
    joined.add(new Span(start, end, references));
    return joined;
  }

  /** A text with labels in the place of spans, which are in order and without overlap. */
  public static byte[] masked(byte[] text, List<Span> spans) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 64);
    int from = 0;
    for (Span span : spans) {
      out.write(text, from, span.start - from);
      out.writeBytes(span.label().getBytes(StandardCharsets.UTF_8));
      from = span.end;
    }
    out.write(text, from, text.length - from);
    return out.toByteArray();
  }

  /** What stands in its place. */
  public String label() {
    StringBuilder label = new StringBuilder();
    for (String reference : references) {
      label.append('[').append(reference).append(']');
    }
    return label.toString();
  }
}
