package dev.gatekeeper.redaction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A stretch of bytes to be masked: one match, or several that overlap. */
record Span(int start, int end, Set<String> references) {
  /** One occurrence of one form. */
  record Match(int start, int end, String reference) {}

  /**
   * Joins matches that overlap, so that no part of any value is left. The labels are those of the
   * matches that reach further than the ones before them, leftmost first, then longest, then by
   * name: the same input gives the same output.
   */
  static List<Span> join(List<Match> matches) {
    List<Match> sorted = new ArrayList<>(matches);
    sorted.sort(
        Comparator.comparingInt(Match::start)
            .thenComparing(Comparator.comparingInt(Match::end).reversed())
            .thenComparing(Match::reference));
    List<Span> spans = new ArrayList<>();
    int start = 0;
    int end = -1;
    Set<String> references = new LinkedHashSet<>();
    for (Match match : sorted) {
      if (match.start >= end) {
        if (end >= 0) {
          spans.add(new Span(start, end, references));
        }
        references = new LinkedHashSet<>();
        start = match.start;
        end = match.start;
      }
      if (match.end > end) {
        references.add(match.reference);
        end = match.end;
      }
    }
    if (end >= 0) {
      spans.add(new Span(start, end, references));
    }
    return spans;
  }

  Span moved(int by) {
    return new Span(start + by, end + by, references);
  }

  String label() {
    StringBuilder label = new StringBuilder();
    for (String reference : references) {
      label.append('[').append(reference).append(']');
    }
    return label.toString();
  }
}
