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

  private final byte[] bytes;
  private Path segment = Path.of("");
  private int filled;

  /** Of the first byte, in the segment. */
  private long offset;

  /** Of what is read of the segment. */
  private long end;

  private int lines;
  private int[] ends = new int[16];
  private byte[] leaves = new byte[0];
  private byte[] bodies = new byte[0];
  private final Hashing hashing = new Hashing();
  private final RecordLine line = new RecordLine();
  private Event[] events = new Event[0];
  private long[] refs = new long[0];
  private final Map<Integer, RecordLine> introducing = new LinkedHashMap<>();
  private int inOrder;
  private long firstNumber;
  private byte[] logId = new byte[Format.LOG_ID];

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
    block.end = content.length;
    block.split();
    block.examine(false);
    return block;
  }

  /**
   * Reads what {@code segment} has from {@code start}, as far as there is room and not beyond
   * {@code end}.
   *
   * @return whether there is more to read from {@link #next()} on
   */
  public boolean read(Path segment, FileChannel channel, long start, long end) throws IOException {
    this.segment = segment;
    this.offset = start;
    this.end = end;
    filled = 0;
    int room = (int) Math.min(bytes.length, end - start);
    while (filled < room) {
      int count = channel.read(ByteBuffer.wrap(bytes, filled, room - filled), start + filled);
      if (count < 0) {
        // Cut while it was read.
        this.end = start + filled;
        break;
      }
      filled += count;
    }
    split();
    return !isLast();
  }

  private void split() {
    lines = 0;
    int at = EightBytes.lineFeed(bytes, 0, filled);
    while (at < filled) {
      add(at);
      at = EightBytes.lineFeed(bytes, at + 1, filled);
    }
    if (rest() > Format.MAX_LINE) {
      // No record is that long: a line to be refused, whole or not.
      add(filled);
    }
  }

  private void add(int end) {
    if (lines == ends.length) {
      ends = Arrays.copyOf(ends, 2 * lines);
    }
    ends[lines++] = end;
  }

  /** Hashes each line, and with {@code alsoBodies} the part of it that its MAC covers. */
  public void hash(boolean alsoBodies) {
    if (leaves.length < lines * Format.HASH) {
      leaves = new byte[ends.length * Format.HASH];
      bodies = new byte[alsoBodies ? leaves.length : 0];
    }
    for (int i = 0; i < lines; i++) {
      int body = to(i) - Format.SUFFIX;
      if (alsoBodies && body > from(i)) {
        hashing.leafAndBody(bytes, from(i), body, to(i), leaves, bodies, i * Format.HASH);
      } else {
        hashing.leaf(bytes, from(i), to(i), leaves, i * Format.HASH);
      }
    }
  }

  /**
   * Hashes all lines and takes them apart, on any thread. What does not hang on other blocks is
   * judged here: whether each line is a record that follows from the one before it.
   */
  public void examine(boolean alsoBodies) {
    hash(alsoBodies);
    inOrder = 0;
    introducing.clear();
    if (events.length < lines) {
      events = new Event[ends.length];
      refs = new long[ends.length];
    }
    try {
      while (inOrder < lines && followsInBlock(inOrder)) {
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
  }

  private boolean followsInBlock(int i) throws MalformedRecord {
    if (i == 0) {
      line.parse(bytes, from(0), to(0));
      firstNumber = line.number(Field.N);
      logId = line.logId();
      return true;
    }
    line.parseNext(from(i), to(i));
    return line.number(Field.N) == firstNumber + i
        && line.logIs(logId)
        && line.hashIs(Field.PREV, leaves, at(i - 1));
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
    return offset + filled >= end;
  }

  /** Bytes after the last line feed. */
  public int rest() {
    return lines == 0 ? filled : filled - Math.min(filled, ends[lines - 1] + 1);
  }

  /** Where the line after the last one starts in the segment. */
  public long next() {
    return offset + filled - rest();
  }
}
