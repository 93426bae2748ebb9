package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Field;
import dev.gatekeeper.audit.record.Format;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A stretch of whole lines of one segment. An object serves for one stretch after the other.
 *
 * <p>Each line is hashed here and not where it is judged: leaf hashes do not depend on each other,
 * so that a second thread can make them.
 */
public final class Block {
  /**
   * Bytes of a read: some hundred lines, which stay in a cache, and at least three of the longest.
   */
  private static final int BYTES = 1 << 18;

  private static final int MIN_LINES = 64;

  private final byte[] bytes;
  private Path segment = Path.of("");
  private int filled;

  /** Of the first byte, in the segment. */
  private long offset;

  /** Of what is read of the segment. */
  private long size;

  /** Behind the last line. */
  private int end;

  private int lines;
  private int[] ends = {};
  private byte[] leaves = {};
  private byte[] bodies = {};
  private Event[] events = {};
  private long[] refs = {};
  private final Map<Integer, RecordLine> introducing = new LinkedHashMap<>();
  private final Hashing hashing = new Hashing();
  private final RecordLine line = new RecordLine();
  private int inOrder;
  private long firstNumber;
  private byte[] logId = new byte[Format.LOG_ID];

  /** The log as it stands in the first line. */
  private byte[] log = {};

  /** The text of the hash that the next line must have as {@code prev}. */
  private final byte[] link = RecordLine.NO_LINK.clone();

  public Block() {
    this(new byte[BYTES]);
  }

  private Block(byte[] bytes) {
    this.bytes = bytes;
  }

  /** What stands in {@code content} from {@code offset} to {@code end}, examined. */
  public static Block of(Path segment, byte[] content, int offset, int end) {
    Block block = new Block(Arrays.copyOfRange(content, offset, end));
    block.segment = segment;
    block.offset = offset;
    block.filled = end - offset;
    block.size = content.length;
    block.begin();
    block.examine(false);
    return block;
  }

  /**
   * Reads what {@code segment} has from {@code start}, as far as there is room and not beyond
   * {@code size}.
   *
   * @return whether there is more to read from {@link #next()} on
   */
  public boolean read(Path segment, FileChannel channel, long start, long size) throws IOException {
    this.segment = segment;
    this.offset = start;
    this.size = size;
    filled = 0;
    int room = (int) Math.min(bytes.length, size - start);
    while (filled < room) {
      int count = channel.read(ByteBuffer.wrap(bytes, filled, room - filled), start + filled);
      if (count < 0) {
        // Cut while it was read.
        this.size = start + filled;
        break;
      }
      filled += count;
    }
    begin();
    return !isLast();
  }

  private void begin() {
    lines = 0;
    inOrder = 0;
    end = EightBytes.lastLineFeed(bytes, filled) + 1;
    if (filled - end > Format.MAX_LINE) {
      // No record is that long: a line to be refused, whole or not.
      end = filled + 1;
    }
  }

  /** Finds the lines, without a look into them. */
  public void split() {
    for (int from = from(lines); from < end; from = from(lines)) {
      add(EightBytes.lineFeed(bytes, from, filled));
    }
  }

  private void add(int lineFeed) {
    if (lines == ends.length) {
      int room = Math.max(MIN_LINES, 2 * lines);
      ends = Arrays.copyOf(ends, room);
      leaves = Arrays.copyOf(leaves, at(room));
      bodies = Arrays.copyOf(bodies, at(room));
      events = Arrays.copyOf(events, room);
      refs = Arrays.copyOf(refs, room);
    }
    ends[lines++] = lineFeed;
  }

  /** Whether there are lines that are not found yet. */
  public boolean hasNext() {
    return from(lines) < end;
  }

  /**
   * Finds one more line and takes it apart: where a record ends is where the next one starts, so
   * that nothing but what is no record is looked through for its line feed. The same {@code line}
   * is to take all of them.
   */
  public void next(RecordLine line) throws MalformedRecord {
    int from = from(lines);
    if (from == 0) {
      line.begin(bytes);
    }
    try {
      add(line.next(from, filled, link));
    } catch (MalformedRecord e) {
      line.begin(bytes);
      add(EightBytes.lineFeed(bytes, from, filled));
      throw e;
    }
  }

  /** Finds all lines and hashes each. */
  public void hash() {
    split();
    for (int i = 0; i < lines; i++) {
      hash(i, false);
    }
  }

  private void hash(int i, boolean alsoBodies) {
    int body = to(i) - Format.SUFFIX;
    if (alsoBodies && body > from(i)) {
      hashing.leafAndBody(bytes, from(i), body, to(i), leaves, bodies, at(i));
    } else {
      hashing.leaf(bytes, from(i), to(i), leaves, at(i));
    }
  }

  /**
   * Hashes all lines and takes them apart, on any thread. What does not hang on other blocks is
   * judged here: whether each line is a record that follows from the one before it.
   *
   * @param alsoBodies also hashes of each line the part that its MAC covers
   */
  public void examine(boolean alsoBodies) {
    introducing.clear();
    try {
      while (hasNext()) {
        next(line);
        hash(inOrder, alsoBodies);
        if (!followsInBlock(inOrder)) {
          break;
        }
        Base64Url.encode(leaves, at(inOrder), at(lines), link);
        events[inOrder] = line.event();
        refs[inOrder] = line.isNumber(Field.REF) ? line.number(Field.REF) : Long.MAX_VALUE;
        if (line.has(Field.MAC_SEAL)) {
          introducing.put(inOrder, line.copy());
        }
        inOrder++;
      }
    } catch (MalformedRecord e) {
      // Whoever comes to this line takes it apart again, and says what is wrong with it.
    }
    split();
    for (int i = inOrder; i < lines; i++) {
      hash(i, alsoBodies);
    }
  }

  private boolean followsInBlock(int i) {
    if (i == 0) {
      firstNumber = line.number(Field.N);
      logId = line.logId();
      log = line.raw(Field.LOG);
    }
    return line.number(Field.N) == firstNumber + i
        && line.is(Field.LOG, log)
        && (i == 0 || line.is(Field.PREV, link));
  }

  /**
   * How many lines from the first one on are records, each of which has the next number, the same
   * log and the hash of the one before. Where it is not all of them, the next one is at fault.
   */
  public int inOrder() {
    return inOrder;
  }

  /** What a line {@linkplain #inOrder in order} tells of. */
  public Event event(int line) {
    return events[line];
  }

  /** The record that a line in order refers to; the largest number when to none. */
  public long ref(int line) {
    return refs[line];
  }

  /** The lines in order that introduce keys. */
  public Map<Integer, RecordLine> introducing() {
    return introducing;
  }

  /** The log that the first line names. */
  public byte[] logId() {
    return logId;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int lines() {
    return lines;
  }

  public int from(int line) {
    return line == 0 ? 0 : ends[line - 1] + 1;
  }

  /** Index of the line feed. */
  public int to(int line) {
    return ends[line];
  }

  /** Of a line, in the segment. */
  public long offset(int line) {
    return offset + from(line);
  }

  /** The hash of a line starts here in {@link #leaves()}. */
  public static int at(int line) {
    return line * Format.HASH;
  }

  public byte[] leaves() {
    return leaves;
  }

  /** Digests of bodies, where they were asked for. */
  public byte[] bodies() {
    return bodies;
  }

  public Path segment() {
    return segment;
  }

  /** Bytes that were read. */
  public int length() {
    return filled;
  }

  public boolean isFirst() {
    return offset == 0;
  }

  public boolean isLast() {
    return offset + filled >= size;
  }

  /** Bytes after the last line. */
  public int rest() {
    return Math.max(0, filled - end);
  }

  /** Where the line after the last one starts in the segment. */
  public long next() {
    return offset + filled - rest();
  }
}
