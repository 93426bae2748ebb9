package dev.gatekeeper.allowlist.edit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Replaced ranges of one text: the text that they make, and the patch that makes it. */
public final class Splices {
  /** Unchanged lines around a change, as {@code diff -u} prints them. */
  private static final int CONTEXT = 3;

  private record Splice(int start, int end, String replacement) {}

  /** Lines of the old text that change together, from and to (exclusive), from 0. */
  private record Region(int from, int to, List<Splice> splices) {}

  private final String text;
  private final List<Splice> splices = new ArrayList<>();

  public Splices(String text) {
    this.text = text;
  }

  /**
   * Replaces the characters from {@code start} to {@code end}, which no other splice touches.
   *
   * @throws IllegalArgumentException if one does
   */
  public void replace(int start, int end, String replacement) {
    int first = start;
    int last = end;
    int most = Math.min(end - start, replacement.length());
    while (first - start < most && text.charAt(first) == replacement.charAt(first - start)) {
      first++;
    }
    while (end - last < most - (first - start)
        && text.charAt(last - 1) == replacement.charAt(replacement.length() - 1 - (end - last))) {
      last--;
    }
    String rest = replacement.substring(first - start, replacement.length() - (end - last));
    if (first < last || !rest.isEmpty()) {
      add(first, last, rest);
    }
  }

  private void add(int start, int end, String replacement) {
    for (Splice other : splices) {
      if (start < other.end && other.start < end) {
        throw new IllegalArgumentException("two replacements of one place");
      }
    }
    splices.add(new Splice(start, end, replacement));
    splices.sort(Comparator.comparingInt(Splice::start)); // stable: inserts keep their order
  }

  /** The text with all of them applied. */
  public String applied() {
    return applied(0, text.length(), splices);
  }

  private String applied(int from, int to, List<Splice> within) {
    StringBuilder out = new StringBuilder();
    int at = from;
    for (Splice splice : within) {
      out.append(text, at, splice.start).append(splice.replacement);
      at = splice.end;
    }
    return out.append(text, at, to).toString();
  }

  /**
   * The unified diff that {@code git apply} and {@code patch -p1} take; empty without a splice.
   *
   * @param path relative to where it is applied, with {@code /} between names
   */
  public String patch(String path) {
    List<Integer> lines = new ArrayList<>(List.of(0));
    for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      lines.add(i + 1);
    }
    if (lines.getLast() == text.length()) {
      lines.removeLast();
    }
    StringBuilder patch = new StringBuilder();
    List<Region> regions = regions(lines);
    int delta = 0;
    for (int i = 0; i < regions.size(); ) {
      int last = i;
      while (last + 1 < regions.size()
          && regions.get(last + 1).from - regions.get(last).to <= 2 * CONTEXT) {
        last++;
      }
      delta += hunk(regions.subList(i, last + 1), lines, delta, patch);
      i = last + 1;
    }
    return patch.isEmpty() ? "" : "--- a/" + path + "\n+++ b/" + path + "\n" + patch;
  }

  private List<Region> regions(List<Integer> lines) {
    List<Region> regions = new ArrayList<>();
    for (Splice splice : splices) {
      int from = line(lines, splice.start);
      int to = line(lines, Math.max(splice.start, splice.end - 1)) + 1;
      if (!regions.isEmpty() && from < regions.getLast().to) {
        Region before = regions.removeLast();
        List<Splice> both = new ArrayList<>(before.splices);
        both.add(splice);
        regions.add(new Region(before.from, Math.max(before.to, to), both));
      } else {
        regions.add(new Region(from, to, List.of(splice)));
      }
    }
    return regions;
  }

  /** Appends one hunk; how many lines more the new text has there. */
  private int hunk(List<Region> regions, List<Integer> lines, int delta, StringBuilder patch) {
    int from = Math.max(0, regions.getFirst().from - CONTEXT);
    int to = Math.min(lines.size(), regions.getLast().to + CONTEXT);
    StringBuilder body = new StringBuilder();
    int at = from;
    int added = 0;
    for (Region region : regions) {
      body(' ', slice(lines, at, region.from), body);
      body('-', slice(lines, region.from, region.to), body);
      String now = applied(offset(lines, region.from), offset(lines, region.to), region.splices);
      added += body('+', now, body) - (region.to - region.from);
      at = region.to;
    }
    body(' ', slice(lines, at, to), body);
    patch
        .append("@@ -")
        .append(from + 1)
        .append(',')
        .append(to - from)
        .append(" +")
        .append(from + 1 + delta)
        .append(',')
        .append(to - from + added)
        .append(" @@\n")
        .append(body);
    return added;
  }

  /** Appends each line behind {@code sign}; how many there were. */
  private static int body(char sign, String lines, StringBuilder out) {
    int count = 0;
    for (int i = 0; i < lines.length(); count++) {
      int end = lines.indexOf('\n', i);
      boolean torn = end < 0;
      out.append(sign).append(lines, i, torn ? lines.length() : end).append('\n');
      if (torn) {
        out.append("\\ No newline at end of file\n");
      }
      i = torn ? lines.length() : end + 1;
    }
    return count;
  }

  private String slice(List<Integer> lines, int from, int to) {
    return text.substring(offset(lines, from), offset(lines, to));
  }

  private int offset(List<Integer> lines, int line) {
    return line < lines.size() ? lines.get(line) : text.length();
  }

  private static int line(List<Integer> lines, int offset) {
    int low = 0;
    int high = lines.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (lines.get(middle) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
