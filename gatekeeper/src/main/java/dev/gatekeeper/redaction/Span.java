package dev.gatekeeper.redaction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A stretch of bytes to be masked: one occurrence of a form, or several that overlap. */
record Span(int start, int end, Set<String> references) {
  /**
   * Joins spans that overlap, so that no part of any value is left. The labels are those of the
   * spans that reach further than the ones before them, leftmost first, then longest, then by name:
   * the same input gives the same output.
   */
  static List<Span> join(List<Span> found) {
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

  String label() {
    StringBuilder label = new StringBuilder();
    for (String reference : references) {
      label.append('[').append(reference).append(']');
    }
    return label.toString();
  }
}
