package dev.gatekeeper.audit.reading;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Line;
import dev.gatekeeper.audit.verify.line.Block;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * Passes over lines that cannot be asked for, without taking them apart. A field has one spelling
 * in a line, and no value can hold it, since a quote inside one is escaped: so the bytes of the
 * field are looked for, and nothing is missed. There is no index that could be stale or forged.
 *
 * <p>Outcomes do not repeat what their calls say. Those of the calls that were taken are taken,
 * too.
 */
public final class Skim {
  /** Records after which no outcome is waited for any more; readers wait for fewer. */
  private static final long PATIENCE = 1 << 15;

  private static final byte[] START = "{\"v\":\"1\",\"n\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final Needle INTENT = new Needle(field(Field.EVENT, Event.CALL_INTENT.text()));
  private static final Needle REF = new Needle(",\"ref\":\"".getBytes(StandardCharsets.US_ASCII));

  private final Needle[] wanted;

  /** Where each stands next, in a block. */
  private final int[] found;

  private final TreeSet<Long> open = new TreeSet<>();

  private Skim(Needle[] wanted) {
    this.wanted = wanted;
    this.found = new int[wanted.length];
  }

  /** Takes what has one of these values, and the outcomes of such calls. */
  public static Skim of(Field field, String... values) {
    return new Skim(
        Arrays.stream(values).map(value -> new Needle(field(field, value))).toArray(Needle[]::new));
  }

  /** Takes what holds this text in any field, and the outcomes of such calls. */
  public static Skim holding(String text) {
    byte[] field = field(Field.SECRET, text);
    int start = Field.SECRET.key().length() + ",\"\":\"".length();
    return new Skim(new Needle[] {new Needle(Arrays.copyOfRange(field, start, field.length - 1))});
  }

  private static byte[] field(Field field, String value) {
    return new Line().field(field, value).bytes();
  }

  /** Begins a block; its lines follow in their order. */
  void enter() {
    Arrays.fill(found, -1);
  }

  /** Whether line {@code i} is to be taken apart. */
  boolean takes(Block block, int i) {
    byte[] bytes = block.bytes();
    int from = block.from(i);
    int to = block.to(i);
    if (stands(block, from, to)) {
      if (INTENT.find(bytes, from, to) < to) {
        open.add(number(bytes, from + START.length, to));
      }
      return true;
    }
    return !open.isEmpty() && answers(bytes, from, to);
  }

  private boolean stands(Block block, int from, int to) {
    boolean stands = false;
    for (int i = 0; i < wanted.length; i++) {
      if (found[i] < from) {
        found[i] = wanted[i].find(block.bytes(), from, block.to(block.lines() - 1));
      }
      stands |= found[i] < to;
    }
    return stands;
  }

  private boolean answers(byte[] bytes, int from, int to) {
    long n = number(bytes, from + START.length, to);
    open.headSet(n - PATIENCE).clear();
    int ref = REF.find(bytes, from, to);
    return ref < to && open.remove(number(bytes, ref + REF.length(), to));
  }

  /** The digits from here on; whoever takes the line apart says what is wrong with it. */
  private static long number(byte[] bytes, int start, int to) {
    long number = 0;
    for (int at = start; at < to && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
      number = 10 * number + bytes[at] - '0';
    }
    return number;
  }

  /** Horspool's search: a mismatch moves on by as much as the last byte allows. */
  private static final class Needle {
    private final byte[] bytes;
    private final int[] shifts = new int[256];

    Needle(byte[] bytes) {
      this.bytes = bytes;
      Arrays.fill(shifts, bytes.length);
      for (int i = 0; i < bytes.length - 1; i++) {
        shifts[bytes[i] & 0xFF] = bytes.length - 1 - i;
      }
    }

    int length() {
      return bytes.length;
    }

    /** Where it first stands in {@code [from, to)}; {@code to} where it does not. */
    int find(byte[] in, int from, int to) {
      int last = bytes.length - 1;
      int end = from + last;
      while (end < to) {
        byte b = in[end];
        if (b == bytes[last] && Arrays.equals(bytes, 0, bytes.length, in, end - last, end + 1)) {
          return end - last;
        }
        end += shifts[b & 0xFF];
      }
      return to;
    }
  }
}
