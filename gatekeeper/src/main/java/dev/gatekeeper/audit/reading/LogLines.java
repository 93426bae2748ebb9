package dev.gatekeeper.audit.reading;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.audit.verify.line.Block;
import dev.gatekeeper.audit.verify.line.EightBytes;
import dev.gatekeeper.audit.verify.line.Pruned;
import dev.gatekeeper.audit.verify.line.Segments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a log by their number. They are not judged: whoever takes them checks their hash.
 */
public final class LogLines {
  /** Bytes that are looked at to find a line: one of the longest, and the one that it begins in. */
  private static final int WINDOW = 2 * (Format.MAX_LINE + 1);

  /** Bytes of a first look, which holds the start of a line unless one is long. */
  private static final int GLANCE = 4 << 10;

  /** Most lines are short. */
  private static final int[] LOOKS = {2 * GLANCE, WINDOW};

  private static final byte[] START = "{\"v\":\"1\",\"n\":\"".getBytes(StandardCharsets.US_ASCII);

  /** Bytes from the start of a line to the end of its number. */
  private static final int NUMBER = START.length + 19;

  private final List<Path> files;

  /** What is left of the records before the first of the files. */
  private final @Nullable Pruned pruned;

  private LogLines(List<Path> files, @Nullable Pruned pruned) {
    this.files = files;
    this.pruned = pruned;
  }

  /**
   * The lines of the log in {@code directory}.
   *
   * @throws IOException when it has none
   */
  public static LogLines of(Path directory) throws IOException {
    List<Path> files = Segments.of(directory).files();
    if (files.isEmpty()) {
      throw new IOException("there is no log in " + directory);
    }
    long first = Segments.first(files.getFirst());
    return new LogLines(files, first > 0 ? new Pruned(directory, first) : null);
  }

  /** The number of the first line that is there. */
  public long first() {
    return Segments.first(files.getFirst());
  }

  /** Takes the leaf hash that stands in {@code hashes} at {@code at}. */
  @FunctionalInterface
  public interface Leaf {
    void take(byte[] hashes, int at) throws IOException;
  }

  /**
   * The leaf hashes of the lines from {@code from} to before {@code to}, as far as they are there;
   * those of pruned records as they were kept.
   */
  public void leaves(long from, long to, Leaf each) throws IOException {
    long n = from;
    for (; pruned != null && n < Math.min(to, first()); n++) {
      each.take(pruned.leaf(n), 0);
    }
    Block block = new Block();
    for (int i = segmentOf(n); i < files.size() && n < to; i++) {
      try (FileChannel channel = Segments.open(files.get(i))) {
        long end = channel.size();
        long at = n == Segments.first(files.get(i)) ? 0 : find(channel, n);
        boolean more = true;
        while (more && n < to) {
          more = block.read(files.get(i), channel, at, end);
          block.hash();
          for (int line = 0; line < block.lines() && n < to; line++, n++) {
            each.take(block.leaves(), Block.at(line));
          }
          at = block.next();
        }
      }
    }
  }

  /**
   * Line {@code n}, without its line feed.
   *
   * @throws IOException when it is not there
   */
  public byte[] line(long n) throws IOException {
    if (pruned != null && n < first()) {
      return pruned
          .line(n)
          .orElseThrow(() -> new IOException("record " + n + " is pruned: its hash is left"));
    }
    try (FileChannel channel = Segments.open(files.get(segmentOf(n)))) {
      long start = find(channel, n);
      for (int bytes : LOOKS) {
        byte[] window = window(channel, start, bytes);
        int end = EightBytes.lineFeed(window, 0, window.length);
        if (end < window.length) {
          return Arrays.copyOf(window, end);
        }
      }
      throw missing(n);
    }
  }

  private int segmentOf(long n) throws IOException {
    for (int i = files.size() - 1; i >= 0; i--) {
      if (Segments.first(files.get(i)) <= n) {
        return i;
      }
    }
    throw missing(n);
  }

  /** Where line {@code n} starts: lines carry their number, in order. */
  private static long find(FileChannel channel, long n) throws IOException {
    long low = 0;
    long high = channel.size();
    while (high - low > GLANCE) {
      long middle = (low + high) >>> 1;
      byte[] window = window(channel, middle, GLANCE);
      int start = EightBytes.lineFeed(window, 0, window.length) + 1;
      if (start + NUMBER > window.length) {
        window = window(channel, middle, WINDOW);
        start = EightBytes.lineFeed(window, 0, window.length) + 1;
      }
      long number = start >= window.length ? Long.MAX_VALUE : number(window, start, n);
      if (number <= n) {
        low = middle + start;
      } else {
        high = middle;
      }
    }
    for (int bytes : LOOKS) {
      byte[] window = window(channel, low, bytes);
      int at = 0;
      while (at < window.length && (bytes == WINDOW || at + NUMBER <= window.length)) {
        if (number(window, at, n) == n) {
          return low + at;
        }
        at = EightBytes.lineFeed(window, at, window.length) + 1;
      }
    }
    throw missing(n);
  }

  private static long number(byte[] window, int start, long n) throws IOException {
    int at = start + START.length;
    if (at >= window.length) {
      return Long.MAX_VALUE;
    }
    long number = 0;
    if (Arrays.equals(window, start, at, START, 0, START.length)) {
      for (int i = at; i < window.length && i < at + 18; i++) {
        if (window[i] == '"' && i > at) {
          return number;
        }
        number = 10 * number + window[i] - '0';
      }
    }
    throw new IOException("what stands where record " + n + " is looked for is not a record");
  }

  private static byte[] window(FileChannel channel, long start, int bytes) throws IOException {
    ByteBuffer window = ByteBuffer.allocate((int) Math.min(bytes, channel.size() - start));
    while (window.hasRemaining() && channel.read(window, start + window.position()) >= 0) {}
    return Arrays.copyOf(window.array(), window.position());
  }

  private static IOException missing(long n) {
    return new IOException("record " + n + " is not there");
  }
}
