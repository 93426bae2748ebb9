package dev.gatekeeper.fingerprint.scan;

import dev.gatekeeper.fingerprint.print.Lines;
import dev.gatekeeper.fingerprint.print.Print;
import dev.gatekeeper.fingerprint.print.PrintKey;
import dev.gatekeeper.fingerprint.print.Windows;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.crypto.Mac;

/**
 * Finds values by their fingerprints in one pass: the hash of each window is looked up in a table
 * of bits that fits the first-level cache; what passes, among the hashes that are kept; what passes
 * there costs one HMAC. Windows with a byte that no strong value has in its own are passed over: of
 * ordinary text that is most of it. For one thread.
 */
public final class Watch {
  /** Two to this many bits, 16 KiB, at least; 128 for each fingerprint where there are more. */
  private static final int LEAST_BITS = 17;

  private static final int MOST_BITS = Windows.KEPT_BITS;

  private static final long HIGHS = 0x8080808080808080L;

  /** Bytes of a line of a value with several: those of armour have 64 to 76. */
  private static final int LINE = 256;

  private final Windows windows;
  private final Mac mac;
  private final boolean any;
  private final Print[] prints;
  private final int[] kept;
  private final long[] filter;
  private final int shift;
  private final int reach;

  /**
   * @param any whether windows may have any byte, as those of weak values have
   */
  public Watch(List<Print> prints, PrintKey key, boolean any) {
    this.windows = key.windows();
    this.mac = key.values();
    this.any = any;
    this.prints =
        prints.stream().sorted(Comparator.comparingInt(Print::window)).toArray(Print[]::new);
    this.kept = Arrays.stream(this.prints).mapToInt(Print::window).toArray();
    int bits = 32 - Integer.numberOfLeadingZeros(prints.size()) + 7;
    bits = Math.clamp(bits, LEAST_BITS, MOST_BITS);
    shift = 64 - bits;
    filter = new long[1 << (bits - 6)];
    for (int one : kept) {
      int slot = one >>> (Windows.KEPT_BITS - bits);
      filter[slot >>> 6] |= 1L << slot;
    }
    reach = prints.stream().mapToInt(Watch::reach).max().orElse(0);
  }

  /** What a value of several lines is written in: with half as much again around its lines. */
  private static int reach(Print print) {
    return print.lines() ? print.length() * 2 + 1_024 : print.length();
  }

  boolean isEmpty() {
    return prints.length == 0;
  }

  /** Bytes that the longest value may be written in, but for encodings. */
  int reach() {
    return reach;
  }

  /** Bytes from an escape inside of a value to the next one, or to an end of the value. */
  int gap() {
    int gap = 0;
    for (Print print : prints) {
      gap = Math.max(gap, print.lines() ? Math.min(print.length(), LINE) : print.length());
    }
    return gap;
  }

  /** Whether a value has blanks or ends of lines in it. */
  boolean hasLines() {
    return Arrays.stream(prints).anyMatch(Print::lines);
  }

  /** What was found of a value. */
  public interface Found {
    void at(Print print, int start, int end);
  }

  /** Finds every value between start and end. */
  public void search(byte[] text, int start, int end, Found found) {
    if (prints.length == 0) {
      return;
    }
    int last = end - Windows.BYTES;
    int at = start;
    while (at <= last) {
      long word = Windows.word(text, at);
      long marks = any ? 0 : Windows.marks(word);
      if (marks != 0) {
        at += Windows.BYTES - (Long.numberOfLeadingZeros(marks) >>> 3);
        continue;
      }
      at = run(text, start, end, at, word, found);
    }
  }

  /** Looks at the windows from a clean one on, as long as they are clean. Gives the next place. */
  private int run(byte[] text, int start, int end, int first, long word, Found found) {
    Windows windows = this.windows;
    long[] filter = this.filter;
    int shift = this.shift;
    int last = end - Windows.BYTES;
    int at = first;
    long here = word;
    while (true) {
      boolean whole = at + Windows.BYTES <= last;
      long next = whole ? Windows.word(text, at + Windows.BYTES) : 0;
      long marks = any || !whole ? 0 : Windows.marks(next);
      long starts = any ? HIGHS : Windows.starts(here);
      if (marks != 0) {
        starts &= (marks & -marks) | (marks & -marks) - 1; // up to the first byte that is not clean
      } else if (!whole) {
        starts &= 0x80;
      }
      for (; starts != 0; starts &= starts - 1) {
        int bit = Long.numberOfTrailingZeros(starts) - 7;
        long hash = windows.hash(here >>> bit | next << 8 << (56 - bit));
        int slot = (int) (hash >>> shift);
        if ((filter[slot >>> 6] >>> slot & 1) != 0) {
          look(text, start, end, at + (bit >>> 3), Windows.kept(hash), found);
        }
      }
      if (!whole) {
        return at + 1;
      }
      if (marks != 0) {
        return at + 2 * Windows.BYTES - (Long.numberOfLeadingZeros(marks) >>> 3);
      }
      at += Windows.BYTES;
      here = next;
    }
  }

  private void look(byte[] text, int start, int end, int at, int window, Found found) {
    int index = Arrays.binarySearch(kept, window);
    if (index < 0) {
      return;
    }
    while (index > 0 && kept[index - 1] == window) {
      index--;
    }
    for (; index < kept.length && kept[index] == window; index++) {
      Print print = prints[index];
      if (print.lines()) {
        lines(text, start, end, at, print, found);
      } else {
        int from = at - print.offset();
        int to = from + print.length();
        if (from >= start && to <= end && is(print, text, from)) {
          found.at(print, from, to);
        }
      }
    }
  }

  /** The lines around, bare: the window is inside of one of them. */
  private void lines(byte[] text, int start, int end, int at, Print print, Found found) {
    int from = Math.max(start, at - reach(print));
    int to = Math.min(end, at + reach(print));
    byte[] bare = new byte[to - from];
    int length = Lines.bare(text, from, to, bare);
    int before = Lines.bare(text, from, at, new byte[at - from]);
    // Blanks in front of the window, within its line, were taken for those at its end.
    for (int i = before; i <= length - Windows.BYTES; i++) {
      if (Windows.kept(windows.hash(Windows.word(bare, i))) == print.window()) {
        int first = i - print.offset();
        if (first >= 0 && first + print.length() <= length && is(print, bare, first)) {
          int last = Lines.written(text, from, to, first + print.length() - 1);
          found.at(print, Lines.written(text, from, to, first), last + 1);
        }
        return;
      }
    }
  }

  private boolean is(Print print, byte[] text, int from) {
    mac.update(text, from, print.length());
    return print.is(mac.doFinal());
  }
}
