package dev.gatekeeper.redaction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Finds any of many byte sequences of some least length in one pass.
 *
 * <p>Why not Aho-Corasick: thousand values are thirty thousand forms and some millions of states,
 * that are visited at random, once for each byte of input. Here the text is <em>sampled</em>
 * instead. Let every form have at least {@code window} bytes. Of each form one window is chosen,
 * and every four-byte gram inside of it is entered into a table. A text is then looked at only at
 * every {@code stride = window - 3}rd byte: wherever a form occurs, one of these grams lies exactly
 * there. A Bloom filter that fits the second-level cache, of which one word is read, turns nearly
 * all other places away; what passes is compared byte by byte, so that there is no false match, and
 * no match is missed.
 */
final class Table {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int GRAM = 4;

  /** Wider windows mean fewer samples and more table: beyond 16 bytes the table costs more. */
  static final int WIDEST = 16;

  /** 2^22 bits are 512 KiB, a common second-level cache. */
  private static final int MOST_FILTER_BITS = 22;

  private final byte[][] forms;
  private final String[] references;
  private final int window;
  private final int stride;

  private final int filterShift;
  private final long[] filter;

  /** Slot to first entry + 1, entries chained through {@link #next}. */
  private final int tableShift;

  private final int[] heads;
  private final int[] next;
  private final int[] grams;
  private final int[] entryForm;
  private final int[] entryOffset;

  /**
   * @param forms each at least {@link Redactor#MIN_LENGTH} long; not copied
   * @param references of each form, its label
   */
  Table(List<byte[]> forms, List<String> references) {
    this.forms = forms.toArray(new byte[0][]);
    this.references = references.toArray(new String[0]);
    int shortest = WIDEST;
    for (byte[] form : forms) {
      shortest = Math.min(shortest, form.length);
    }
    window = shortest;
    stride = window - GRAM + 1;
    int entries = this.forms.length * stride;
    int bits = 32 - Integer.numberOfLeadingZeros(Math.max(1, entries - 1));
    int filterBits = Math.min(MOST_FILTER_BITS, Math.max(10, bits + 5));
    filterShift = 32 - (filterBits - 6);
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
    int[] seen = new int[256];
    int different = 0;
    for (int to = 0; to < form.length; to++) {
      if (seen[form[to] & 0xff]++ == 0) {
        different++;
      }
      int from = to - window + 1;
      if (from > 0 && --seen[form[from - 1] & 0xff] == 0) {
        different--;
      }
      if (from >= 0 && different >= most) {
        most = different;
        best = from;
      }
    }
    return best;
  }

  private void enter(int entry, int form, int offset) {
    int gram = (int) INT.get(forms[form], offset);
    int mixed = mix(gram);
    filter[mixed >>> filterShift] |= bits(mixed);
    int slot = mixed >>> tableShift;
    grams[entry] = gram;
    entryForm[entry] = form;
    entryOffset[entry] = offset;
    next[entry] = heads[slot];
    heads[slot] = entry + 1;
  }

  private static int mix(int gram) {
    int mixed = gram * 0x9E3779B1;
    mixed = (mixed ^ mixed >>> 15) * 0x85EBCA6B;
    return mixed ^ mixed >>> 16;
  }

  /** Two bits of one word. */
  private static long bits(int mixed) {
    return 1L << mixed | 1L << (mixed >>> 6);
  }

  boolean isEmpty() {
    return forms.length == 0;
  }

  /** Shorter texts hold nothing. */
  int window() {
    return window;
  }

  /** Adds every occurrence between start and end to {@code found}. */
  void search(byte[] text, int start, int end, List<Span> found) {
    long[] filter = this.filter;
    int shift = filterShift;
    int stride = this.stride;
    int last = end - GRAM;
    for (int at = start; at <= last; at += stride) {
      int gram = (int) INT.get(text, at);
      int mixed = mix(gram);
      long bits = bits(mixed);
      if ((filter[mixed >>> shift] & bits) == bits) {
        compare(text, start, end, at, gram, mixed, found);
      }
    }
  }

  private void compare(
      byte[] text, int start, int end, int at, int gram, int mixed, List<Span> found) {
    for (int e = heads[mixed >>> tableShift]; e != 0; e = next[e - 1]) {
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

  /** Overwrites what was entered; the forms are the caller's. */
  void wipe() {
    Arrays.fill(grams, 0);
  }
}
