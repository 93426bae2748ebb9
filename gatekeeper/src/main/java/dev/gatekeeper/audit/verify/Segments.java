package dev.gatekeeper.audit.verify;

import dev.gatekeeper.audit.record.Format;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The segments of a log, read line by line with bounded memory. */
final class Segments {
  private static final Pattern NAME =
      Pattern.compile(
          "[0-9]{" + Format.SEGMENT_DIGITS + "}" + Pattern.quote(Format.SEGMENT_SUFFIX));

  /** Bytes of a read: some thousand lines. */
  private static final int BUFFER = 1 << 20;

  /** Takes lines until it has seen enough. */
  interface Lines {
    /**
     * Takes one line.
     *
     * @param offset of the line in its segment
     * @param to index of its line feed
     * @return whether to go on
     */
    boolean line(byte[] bytes, int from, int to, long offset);

    /** What follows the last line feed of a segment. */
    void torn(long offset, long length);
  }

  private final List<Path> files;

  private Segments(List<Path> files) {
    this.files = files;
  }

  static Segments of(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    Path log = directory.resolve(Format.LOG_DIRECTORY);
    if (Files.isDirectory(log)) {
      try (DirectoryStream<Path> names = Files.newDirectoryStream(log)) {
        for (Path file : names) {
          if (NAME.matcher(file.getFileName().toString()).matches()) {
            found.add(file);
          }
        }
      }
    }
    found.sort(null);
    return new Segments(found);
  }

  List<Path> files() {
    return files;
  }

  /** The n of the first record of a segment, as its name has it. */
  static long first(Path file) {
    return Long.parseLong(file.getFileName().toString(), 0, Format.SEGMENT_DIGITS, 10);
  }

  /**
   * Reads {@code file} from {@code start} to the end that it has now. A symbolic link is refused.
   */
  static void read(Path file, long start, Lines lines) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      long end = channel.size();
      byte[] bytes = new byte[Math.clamp(end - start, 1, BUFFER)];
      int kept = 0;
      long position = start;
      while (position < end) {
        int room = (int) Math.min(bytes.length - kept, end - position);
        int count = channel.read(ByteBuffer.wrap(bytes, kept, room), position);
        if (count < 0) {
          break;
        }
        position += count;
        int filled = kept + count;
        int from = 0;
        int to = kept;
        while (to < filled) {
          if (bytes[to] == '\n') {
            if (!lines.line(bytes, from, to, position - filled + from)) {
              return;
            }
            from = to + 1;
          }
          to++;
        }
        kept = filled - from;
        if (kept > Format.MAX_LINE) {
          // No record is that long: a line to be refused, whole or not.
          lines.line(bytes, from, filled, position - kept);
          return;
        }
        System.arraycopy(bytes, from, bytes, 0, kept);
      }
      if (kept > 0) {
        lines.torn(position - kept, kept);
      }
    }
  }
}
