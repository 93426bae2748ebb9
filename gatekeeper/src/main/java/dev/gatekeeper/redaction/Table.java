package dev.gatekeeper.redaction;

import dev.gatekeeper.redaction.reading.Span;
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
 * and every gram inside of it, of four or six bytes, is entered into a table. A text is then looked
 * at only at every {@code stride = window - gram + 1}st byte: wherever a form occurs, one of these
 * grams lies exactly there. A Bloom filter that fits the second-level cache, of which one word is
 * read, turns nearly all other places away; what passes is compared byte by byte, so that there is
 * no false match, and no match is missed.
 */
final class Table {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Of a short window, in which longer ones would mean many more samples. */
  private static final int SHORT_GRAM = 4;

  /** Of the widest: four digits are in any hexadecimal text, and a fifth of all are entered. */
  private static final int LONG_GRAM = 6;

  /** Odd, with its bits well mixed: the golden ratio. */
  private static final long MIX = 0x9E3779B97F4A7C15L;

  /** Wider windows mean fewer samples and more table: beyond 16 bytes the table costs more. */
  static final int WIDEST = 16;

  /** 2^22 bits are 512 KiB, a common second-level cache. */
  private static final int MOST_FILTER_BITS = 22;

  private final byte[][] forms;
  private final String[] references;
  private final int window;
  private final int gram;
  private final int stride;

  private final int filterShift;
  private final long[] filter;

  /** Slot to first entry + 1, entries chained through {@link #next}. */
  private final int tableShift;

  private final int[] heads;
  private final int[] next;
  private final int[] hashes;
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
    gram = window < WIDEST ? SHORT_GRAM : LONG_GRAM;
    stride = window - gram + 1;
    int entries = this.forms.length * stride;
    int bits = 32 - Integer.numberOfLeadingZeros(Math.max(1, entries - 1));
    int filterBits = Math.min(MOST_FILTER_BITS, Math.max(10, bits + 5));
    filterShift = 64 - (filterBits - 6);
    filter = new long[1 << (filterBits - 6)];
    tableShift = 64 - Math.max(4, bits + 1);
    heads = new int[1 << (64 - tableShift)];
    next = new int[entries];
    hashes = new int[entries];
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
    long mixed = mixed(forms[form], offset);
    filter[(int) (mixed >>> filterShift)] |= bits(mixed, filterShift);
    int slot = (int) (mixed >>> tableShift);
    hashes[entry] = (int) (mixed >>> 32);
    entryForm[entry] = form;
    entryOffset[entry] = offset;
    next[entry] = heads[slot];
    heads[slot] = entry + 1;
  }

  /** The gram there, mixed, of any array that holds it. */
  private long mixed(byte[] text, int at) {
    long bytes = 0;
    for (int i = gram - 1; i >= 0; i--) {
      bytes = bytes << 8 | (text[at + i] & 0xff);
    }
    return (bytes << (64 - 8 * gram)) * MIX;
  }

  /** Two bits of one word, from below those that choose the word: the lowest are the worst. */
  private static long bits(long mixed, int shift) {
    return 1L << (mixed >>> (shift - 6)) | 1L << (mixed >>> (shift - 12));
  }

  /** Adds every occurrence between start and end to {@code found}. */
  void search(byte[] text, int start, int end, List<Span> found) {
    if (end - start < window) {
      return;
    }
    long[] filter = this.filter;
    int shift = filterShift;
    int high = shift - 6;
    int low = shift - 12;
    int stride = this.stride;
    long mix = MIX << (64 - 8 * gram); // drops what lies behind the gram
    int last = end - gram;
    int last8 = Math.min(last, text.length - 8);
    int at = start;
    for (; at <= last8; at += stride) {
      long mixed = (long) LONG.get(text, at) * mix;
      long word = filter[(int) (mixed >>> shift)];
      if ((word >>> (mixed >>> high) & word >>> (mixed >>> low) & 1) != 0) {
        compare(text, start, end, at, mixed, found);
      }
    }
    for (; at <= last; at += stride) {
      compare(text, start, end, at, mixed(text, at), found);
    }
  }

  private void compare(byte[] text, int start, int end, int at, long mixed, List<Span> found) {
    int hash = (int) (mixed >>> 32);
    for (int e = heads[(int) (mixed >>> tableShift)]; e != 0; e = next[e - 1]) {
      if (hashes[e - 1] == hash) {
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
    Arrays.fill(hashes, 0);
  }
}
