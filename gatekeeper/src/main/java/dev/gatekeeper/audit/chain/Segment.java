package dev.gatekeeper.audit.chain;

import dev.gatekeeper.audit.record.Digests;
import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.files.DurableFile;
import dev.gatekeeper.files.FileKey;
import dev.gatekeeper.files.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The file that lines are appended to. Used under the append lock only. */
public final class Segment implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final @Nullable Object key;

  private Segment(Path file, FileChannel channel, @Nullable Object key) {
    this.file = file;
    this.channel = channel;
    this.key = key;
  }

  public static Path path(Path directory, long first) {
    String number = Long.toString(first);
    return directory
        .resolve(Format.LOG_DIRECTORY)
        .resolve(
            "0".repeat(Format.SEGMENT_DIGITS - number.length()) + number + Format.SEGMENT_SUFFIX);
  }

  /** The segments of a log, oldest first. */
  public static List<Path> all(Path directory) throws IOException {
    Path log = directory.resolve(Format.LOG_DIRECTORY);
    if (!Files.isDirectory(log)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(log)) {
      return found.filter(Segment::isSegment).sorted().toList();
    }
  }

  /** Programs that sync folders leave copies under names that only begin or end like ours. */
  private static boolean isSegment(Path file) {
    String name = file.getFileName().toString();
    return name.length() == Format.SEGMENT_DIGITS + Format.SEGMENT_SUFFIX.length()
        && name.startsWith(Format.SEGMENT_ZEROS)
        && name.endsWith(Format.SEGMENT_SUFFIX)
        && name.chars().limit(Format.SEGMENT_DIGITS).allMatch(c -> c >= '0' && c <= '9');
  }

  /** The number of the first record of a segment, as its name has it. */
  public static long first(Path segment) {
    return Long.parseLong(segment.getFileName().toString(), 0, Format.SEGMENT_DIGITS, 10);
  }

  /** Opens {@code file}, or creates it; its name is durable then. */
  public static Segment open(Path file) throws IOException {
    boolean created = FileKey.of(file) == null;
    if (!created) {
      OwnerOnly.check(file);
    }
    FileChannel channel = openForWriting(file);
    if (created) {
      DurableFile.syncDirectory(file.resolveSibling("."));
    }
    return new Segment(file, channel, FileKey.of(file));
  }

  public static FileChannel openForWriting(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            LinkOption.NOFOLLOW_LINKS),
        OwnerOnly.fileMode());
  }

  /** Whether {@code other} is the file that is open here, and still there. */
  public boolean isStill(Path other) throws IOException {
    return other.equals(file) && key != null && key.equals(FileKey.of(file));
  }

  public long size() throws IOException {
    return channel.size();
  }

  /** The bytes from {@code start} to {@code end}, or fewer where the file is shorter. */
  public byte[] read(long start, long end) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(end - start));
    while (bytes.hasRemaining() && channel.read(bytes, start + bytes.position()) > 0) {}
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Whether the line that ends at {@code end} has this hash. */
  public boolean endsWith(Digests digests, long end, byte[] hash) throws IOException {
    byte[] last = read(Math.max(0, end - Format.MAX_LINE - 2), end);
    int from = last.length - 1;
    while (from > 0 && last[from - 1] != '\n') {
      from--;
    }
    return last.length > 0 && Arrays.equals(hash, digests.leaf(last, from, last.length - 1));
  }

  /**
   * Writes whole lines at {@code offset}, or nothing: what was written of them is cut off. Where
   * that fails, too, the next one who reads the end of the log sets it aside.
   */
  public void write(byte[] lines, long offset) throws IOException {
    try {
      DurableFile.writeFully(channel, ByteBuffer.wrap(lines), offset);
    } catch (IOException e) {
      channel.truncate(offset);
      throw e;
    }
  }

  public void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  public void force() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
