package dev.gatekeeper.audit.verify.line;

import dev.gatekeeper.audit.record.Format;
import dev.gatekeeper.files.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is left of the records before the first segment: the hash of each in the level-0 tiles of
 * C2SP tlog-tiles, and the lines that keys hang on.
 */
public final class Pruned {
  /** Bytes of the kept lines of one segment: some hundred epochs with many recipients. */
  private static final int MAX_KEPT = 64 << 20;

  private static final int TILE = Format.TILE_WIDTH * Format.HASH;

  private static final Pattern NAME =
      Pattern.compile(Format.SEGMENT_ZEROS + "[0-9]{18}" + Pattern.quote(Format.KEPT_SUFFIX));

  private final Path directory;
  private final long end;
  private final List<byte[]> lines = new ArrayList<>();
  private int next;
  private byte[] tile = {};
  private long tileIndex = -1;

  public Pruned(Path directory, long end) throws IOException {
    this.directory = directory;
    this.end = end;
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> kept =
        Files.newDirectoryStream(
            directory.resolve(Format.LOG_DIRECTORY),
            file -> NAME.matcher(file.getFileName().toString()).matches())) {
      kept.forEach(files::add);
    }
    files.sort(null);
    for (Path file : files) {
      if (Segments.first(file) < end) {
        split(DurableFile.readBounded(file, MAX_KEPT));
      }
    }
  }

  private void split(byte[] bytes) {
    int from = 0;
    for (int to = 0; to < bytes.length; to++) {
      if (bytes[to] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, from, to));
        from = to + 1;
      }
    }
  }

  /** Whether the line of record {@code n} is kept: then it is {@link #line()}. */
  public boolean keeps(long n) {
    return next < lines.size() && is(n, lines.get(next));
  }

  /** The line of record {@code n}, where it is kept. */
  public Optional<byte[]> line(long n) {
    return lines.stream().filter(line -> is(n, line)).findFirst();
  }

  private static boolean is(long n, byte[] line) {
    byte[] start =
        ("{\"v\":\"" + Format.VERSION + "\",\"n\":\"" + n + "\"")
            .getBytes(StandardCharsets.US_ASCII);
    return line.length > start.length && Arrays.equals(start, Arrays.copyOf(line, start.length));
  }

  /** The next kept line. */
  public byte[] line() {
    return lines.get(next++);
  }

  /** Whether each line that was kept was asked for. */
  public boolean isUsedUp() {
    return next == lines.size();
  }

  /** The leaf hash of record {@code n}. */
  public byte[] leaf(long n) throws IOException {
    long index = n / Format.TILE_WIDTH;
    if (index != tileIndex) {
      tile = read(index);
      tileIndex = index;
    }
    int at = (int) (n % Format.TILE_WIDTH) * Format.HASH;
    return Arrays.copyOfRange(tile, at, at + Format.HASH);
  }

  private byte[] read(long index) throws IOException {
    int width = (int) Math.min(Format.TILE_WIDTH, end - index * Format.TILE_WIDTH);
    Path whole = path(index);
    Path parts = whole.resolveSibling(whole.getFileName() + ".p");
    // Where pruning stopped on its way there are more hashes than pruned records.
    for (int more = width; more <= Format.TILE_WIDTH; more++) {
      Path file = more == Format.TILE_WIDTH ? whole : parts.resolve(Integer.toString(more));
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] hashes = DurableFile.readBounded(file, TILE);
        if (hashes.length == more * Format.HASH) {
          return hashes;
        }
      }
    }
    throw new IOException("a tile of hashes is missing or too short");
  }

  private Path path(long index) {
    String digits = Long.toString(index);
    String padded = "0".repeat((3 - digits.length() % 3) % 3) + digits;
    Path path = directory.resolve(Format.TILES_DIRECTORY).resolve("0");
    for (int at = 0; at < padded.length() - 3; at += 3) {
      path = path.resolve("x" + padded.substring(at, at + 3));
    }
    return path.resolve(padded.substring(padded.length() - 3));
  }
}
