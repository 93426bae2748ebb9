package dev.gatekeeper.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Finds any of many byte sequences in one pass. Immutable until {@link #wipe}.
 *
 * <p>Why not Aho-Corasick: thousand values are seven thousand forms and some 300,000 states, tens
 * of megabytes that are visited at random, once for each byte of input. Here the text is
 * <em>sampled</em> instead. Let every form have at least {@code window} bytes. Of each form one
 * window is chosen, and every four-byte gram inside of it is entered into a table. A text is then
 * looked at only at every {@code stride = window - 3}rd byte: wherever a form occurs, one of these
 * grams lies exactly there. A bitmap that fits the second-level cache turns nearly all other places
 * away; what passes is compared byte by byte, so that there is no false match, and no match is
 * missed.
 */
final class Index {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int GRAM = 4;

  /** Wider windows mean fewer samples and more table: beyond 16 bytes the table costs more. */
  private static final int WIDEST = 16;

  /** 2^22 bits are 512 KiB, a common second-level cache. */
  private static final int MOST_FILTER_BITS = 22;

  static final Index EMPTY = new Index(List.of(), List.of());

  private final byte[][] forms;
  private final String[] references;
  private final int window;
  private final int stride;
  private final int longest;

  private final int filterShift;
  private final long[] filter;

  /** Open addressing: slot to first entry + 1, entries chained through {@link #next}. */
  private final int tableShift;

  private final int[] heads;
  private final int[] next;
  private final int[] grams;
  private final int[] entryForm;
  private final int[] entryOffset;

  /**
   * @param forms sorted as unsigned bytes, each at least {@link Redactor#MIN_LENGTH} long; not
   *     copied
   * @param references of each form, its label
   */
  Index(List<byte[]> forms, List<String> references) {
    this.forms = forms.toArray(new byte[0][]);
    this.references = references.toArray(new String[0]);
    int shortest = WIDEST;
    int most = 0;
    for (byte[] form : forms) {
      shortest = Math.min(shortest, form.length);
      most = Math.max(most, form.length);
    }
    window = shortest;
    stride = window - GRAM + 1;
    longest = most;
    int entries = this.forms.length * stride;
    int bits = 32 - Integer.numberOfLeadingZeros(Math.max(1, entries - 1));
    int filterBits = Math.min(MOST_FILTER_BITS, Math.max(10, bits + 5));
    filterShift = 32 - filterBits;
    filter = new long[1 << (filterBits - 6)];
    tableShift = 32 - Math.max(4, bits + 1);
    heads = new int[1 << (32 - tableShift)];
    next = new int[entries];
    grams = new int[entries];
    entryForm = new int[entries];
    entryOffset = new int[entries];
    int entry = 0;
    for (int i = 0; i < this.forms.length; i++) {
      int from = rarest(this.forms[i]);
      for (int offset = from; offset < from + stride; offset++) {
        enter(entry++, i, offset);
      }
    }
  }

  /**
   * The window with the most different bytes, the last of equals: prefixes of tokens are common.
   */
  private int rarest(byte[] form) {
    int best = 0;
    int most = -1;
    for (int from = 0; from + window <= form.length; from++) {
      int different = Redactor.distinct(form, from, from + window);
      if (different >= most) {
        most = different;
        best = from;
      }
    }
    return best;
  }

  private void enter(int entry, int form, int offset) {
    int gram = (int) INT.get(forms[form], offset);
    int bit = mix(gram) >>> filterShift;
    filter[bit >>> 6] |= 1L << bit;
    int slot = mix(gram) >>> tableShift;
    grams[entry] = gram;
    entryForm[entry] = form;
    entryOffset[entry] = offset;
    next[entry] = heads[slot];
    heads[slot] = entry + 1;
  }

  private static int mix(int gram) {
    int mixed = gram * 0x9E3779B1;
    return (mixed ^ mixed >>> 15) * 0x85EBCA6B;
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
    if (isEmpty()) {
      return;
    }
    long[] filter = this.filter;
    int shift = filterShift;
    int stride = this.stride;
    int last = end - GRAM;
    for (int at = start; at <= last; at += stride) {
      int gram = (int) INT.get(text, at);
      int bit = mix(gram) >>> shift;
      if ((filter[bit >>> 6] >>> bit & 1) != 0) {
        compare(text, start, end, at, gram, found);
      }
    }
  }

  private void compare(byte[] text, int start, int end, int at, int gram, List<Span> found) {
    for (int e = heads[mix(gram) >>> tableShift]; e != 0; e = next[e - 1]) {
      if (grams[e - 1] == gram) {
        byte[] form = forms[entryForm[e - 1]];
        int from = at - entryOffset[e - 1];
        int to = from + form.length;
        if (from >= start && to <= end && Arrays.equals(text, from, to, form, 0, form.length)) {
          found.add(new Span(from, to, Set.of(references[entryForm[e - 1]])));
        }
      }
    }
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
  int begun(byte[] text, int length, boolean half) {
    for (int from = Math.max(0, length - longest + 1); from < length; from++) {
      int count = length - from;
      for (int i = firstNotBelow(text, from, length); i < forms.length; i++) {
        byte[] form = forms[i];
        if (form.length < count || !Arrays.equals(text, from, length, form, 0, count)) {
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
    Arrays.fill(grams, 0);
  }
}
