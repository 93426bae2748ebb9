package dev.gatekeeper.redaction;

import dev.gatekeeper.redaction.reading.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All forms of all values. Immutable until {@link #wipe}.
 *
 * <p>Short forms, of which there are few, have a {@link Table} of their own: one value of eight
 * bytes would otherwise have every text looked at three times as often.
 */
final class Index {
  static final Index EMPTY = new Index(List.of(), List.of());

  private final byte[][] forms;
  private final int window;
  private final int longest;
  private final boolean escapes;
  private final Table shorter;
  private final Table longer;

  /**
   * @param forms sorted as unsigned bytes, each at least {@link Redactor#MIN_LENGTH} long; not
   *     copied
   * @param references of each form, its label
   */
  Index(List<byte[]> forms, List<String> references) {
    this.forms = forms.toArray(new byte[0][]);
    longest = forms.stream().mapToInt(form -> form.length).max().orElse(0);
    window = forms.stream().mapToInt(form -> form.length).min().orElse(Table.WIDEST);
    escapes = forms.stream().anyMatch(Index::hasEscapes);
    shorter = table(forms, references, true);
    longer = table(forms, references, false);
  }

  private static Table table(List<byte[]> forms, List<String> references, boolean shorter) {
    List<byte[]> some = new ArrayList<>();
    List<String> theirs = new ArrayList<>();
    for (int i = 0; i < forms.size(); i++) {
      if (forms.get(i).length < Table.WIDEST == shorter) {
        some.add(forms.get(i));
        theirs.add(references.get(i));
      }
    }
    return new Table(some, theirs);
  }

  private static boolean hasEscapes(byte[] form) {
    for (byte b : form) {
      if (b == '\\' || b == '%' || b == '&') {
        return true;
      }
    }
    return false;
  }

  /** Whether a form holds what could be taken for an escape. */
  boolean hasEscapes() {
    return escapes;
  }

  boolean isEmpty() {
    return forms.length == 0;
  }

  /** Shorter texts hold nothing. */
  int window() {
    return window;
  }

  /** Length in bytes of the longest form. */
  int longest() {
    return longest;
  }

  /** Adds every occurrence between start and end to {@code found}. */
  void search(byte[] text, int start, int end, List<Span> found) {
    shorter.search(text, start, end, found);
    longer.search(text, start, end, found);
  }

  List<Span> search(byte[] text, int start, int end) {
    List<Span> found = new ArrayList<>();
    search(text, start, end, found);
    return found;
  }

  /**
   * Length of the longest end of a text that is the start of a form, and less than the form.
   *
   * @param half only starts of half a form or more count
   */
  int begun(byte[] text, int start, int end, boolean half) {
    for (int from = Math.max(start, end - longest + 1); from < end; from++) {
      int count = end - from;
      for (int i = firstNotBelow(text, from, end); i < forms.length; i++) {
        byte[] form = forms[i];
        if (form.length < count || !Arrays.equals(text, from, end, form, 0, count)) {
          break;
        }
        if (count < form.length && (!half || 2 * count >= form.length)) {
          return count;
        }
      }
    }
    return 0;
  }

  private int firstNotBelow(byte[] text, int from, int to) {
    int low = 0;
    int high = forms.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      byte[] form = forms[middle];
      if (Arrays.compareUnsigned(form, 0, form.length, text, from, to) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Overwrites every form. */
  void wipe() {
    for (byte[] form : forms) {
      Arrays.fill(form, (byte) 0);
    }
    shorter.wipe();
    longer.wipe();
  }
}
