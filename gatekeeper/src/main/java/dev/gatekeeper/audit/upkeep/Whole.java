package dev.gatekeeper.audit.upkeep;

import dev.gatekeeper.audit.chain.ChainHead;
import dev.gatekeeper.audit.chain.Segment;
import dev.gatekeeper.audit.checkpoint.Frontier;
import dev.gatekeeper.audit.checkpoint.Tiles;
import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Event;
import dev.gatekeeper.audit.record.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * As much of a log as is whole: the records from 0 on, each of which follows from the one before.
 * Read to recover; {@code verify} judges.
 */
final class Whole {
  /** Bytes of a read. */
  private static final int BUFFER = 1 << 20;

  private final Digests digests;
  private final String log;
  private final long watched;
  private final Frontier tree = new Frontier();
  private long n;
  private long offset;
  private long segment;
  private long epoch;
  private byte[] hash = new byte[Format.HASH];
  private byte[] watchedHash = new byte[Format.HASH];
  private boolean closed;
  private boolean goesOnElsewhere;

  private Whole(Digests digests, byte[] logId, long watched) {
    this.digests = digests;
    this.log = "\",\"log\":\"" + ChainHead.base64(logId) + "\"";
    this.watched = watched;
  }

  /**
   * @param watched a size at which the hash is remembered
   * @param read is told how many records were read
   */
  static Whole read(Path directory, Digests digests, byte[] logId, long watched, LongConsumer read)
      throws IOException {
    Whole whole = new Whole(digests, logId, watched);
    List<Path> files = Segment.all(directory);
    if (!files.isEmpty() && Segment.first(files.getFirst()) > 0) {
      whole.pruned(directory, Segment.first(files.getFirst()));
    }
    for (Path file : files) {
      boolean next = whole.closed || file.equals(files.getFirst());
      if (!next || !file.equals(Segment.path(directory, whole.n))) {
        whole.goesOnElsewhere = true;
        break;
      }
      try (Segment open = Segment.open(file)) {
        whole.read(open, read);
      }
    }
    return whole;
  }

  private void pruned(Path directory, long first) throws IOException {
    hash = Tiles.readInto(tree, digests, directory, first);
    n = first;
    try (Stream<Path> found = Files.list(directory.resolve(Format.LOG_DIRECTORY))) {
      for (Path kept : found.filter(f -> f.toString().endsWith(Format.KEPT_SUFFIX)).toList()) {
        Files.readAllLines(kept).forEach(this::introduce);
      }
    }
  }

  private void read(Segment file, LongConsumer read) throws IOException {
    segment = n;
    offset = 0;
    closed = false;
    while (true) {
      byte[] bytes = file.read(offset, Math.min(file.size(), offset + BUFFER));
      int from = 0;
      read.accept(n);
      for (int to = 0; to < bytes.length; to++) {
        if (bytes[to] == '\n') {
          if (closed || !accept(bytes, from, to)) {
            return;
          }
          from = to + 1;
        }
      }
      if (from == 0) {
        return;
      }
    }
  }

  private boolean accept(byte[] bytes, int from, int to) {
    String line = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    String start = "{\"v\":\"" + Format.VERSION + "\",\"n\":\"" + n + log;
    String link = ",\"prev\":\"" + ChainHead.base64(hash) + "\",\"mac\":\"";
    int end = line.length() - Format.SUFFIX;
    if (end < start.length() || !line.startsWith(start) || !line.startsWith(link, end)) {
      return false;
    }
    hash = digests.leaf(bytes, from, to);
    tree.add(digests, hash);
    offset += to - from + 1;
    n++;
    if (n == watched) {
      watchedHash = hash;
    }
    // A quote inside a value is escaped: these are fields.
    closed = line.contains(",\"event\":\"" + Event.SEGMENT_CLOSE.text() + "\"");
    introduce(line);
    return true;
  }

  private void introduce(String line) {
    String key = ",\"epoch\":\"";
    int at = line.indexOf(key) + key.length();
    if (at >= key.length()) {
      epoch = Math.max(epoch, Long.parseLong(line.substring(at, line.indexOf('"', at))));
    }
  }

  /** Records. */
  long n() {
    return n;
  }

  /** The last epoch that they introduce. */
  long epoch() {
    return epoch;
  }

  /** Whether they hold the record that the size watched for ends with. */
  boolean holds(byte[] expected) {
    return Arrays.equals(watchedHash, expected);
  }

  /** Where the segment of the next record begins. */
  long nextSegment() {
    return closed ? n : segment;
  }

  /** The segment of the last record, and how many bytes of it are whole. */
  long segment() {
    return segment;
  }

  long offset() {
    return offset;
  }

  /** Whether there are files beyond the last record. */
  boolean goesOnElsewhere() {
    return goesOnElsewhere;
  }

  /** The end, to go on from with a fresh MAC key. */
  ChainHead head(byte[] logId, byte[] macKey) {
    return new ChainHead(digests, logId, n, closed ? 0 : offset, macKey, hash, tree);
  }
}
